"""What a browser gets: the built web interface, or a page that says where the API is."""

import mimetypes
import secrets
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file

from app.web.headers import policy_allowing_styles

LANDING = Path(__file__).with_name("landing.html")
LANDING_STYLE = LANDING.with_suffix(".css")
INDEX = "index.html"
# The names of these files hold a hash of what is in them: another content comes under another name.
ASSETS = "assets/"
FOR_A_YEAR = "public, max-age=31536000, immutable"
# What index.html holds in the place of the nonce of the answer's policy.
NONCE_MARK = b"__CSP_NONCE__"
# What is answered by programs: a mistyped path of theirs is an error, not a page.
NO_PAGES = frozenset({"api", "auth", "graphql", "healthz", "readyz"})
# Endings of the files that the build has compressed, by encoding; the smaller one first.
COMPRESSED = {"br": ".br", "gzip": ".gz"}


def pages_blueprint(dist: Path) -> Blueprint:
    """The files of `dist`. Every other path belongs to the interface too, which reads it itself."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    @blueprint.get("/<path:path>")
    def show(path: str = INDEX) -> Response:
        if path.split("/", 1)[0] in NO_PAGES:
            abort(404)
        if not file_in(dist, INDEX):
            landing = _landing_file(path)
            return send_file(landing) if landing else abort(404)
        file = file_in(dist, path)
        if file is None:
            abort(404)
        if file.name == INDEX:
            return _index(file)
        return _asset(dist, path, file) if path.startswith(ASSETS) else send_file(file)

    return blueprint


def file_in(dist: Path, path: str) -> Path | None:
    """The file of `dist` that a request's decoded path means; None when there is none.

    A path without an ending is a page of the interface, so index.html. Nothing hidden and nothing outside of
    `dist` is ever meant, whatever dots, separators or links say.
    """
    segments = path.split("/")
    if "\0" in path or "\\" in path or any(part.startswith(".") for part in segments):
        return None
    try:
        root = dist.resolve()
        file = root.joinpath(*(segments if Path(path).suffix else [INDEX])).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except (OSError, RuntimeError):  # a name too long for any file; a circle of links
        return None


def _index(file: Path) -> Response:
    """The interface's one page, with a nonce that lets this answer's own style elements through."""
    nonce = secrets.token_urlsafe(16)
    page = file.read_bytes().replace(NONCE_MARK, nonce.encode())
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy_allowing_styles(nonce)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _asset(dist: Path, path: str, file: Path) -> Response:
    """A file that never changes, in the smallest form that the browser takes."""
    accepted = request.accept_encodings
    forms = ((name, file_in(dist, path + ending)) for name, ending in COMPRESSED.items() if accepted[name])
    encoding, form = next(((name, form) for name, form in forms if form), (None, file))
    response = send_file(form, mimetype=mimetypes.guess_type(file.name)[0] or "application/octet-stream")
    if encoding is not None:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response


def _landing_file(path: str) -> Path | None:
    return {"index.html": LANDING, LANDING_STYLE.name: LANDING_STYLE}.get(path)
