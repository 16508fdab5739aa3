"""What a browser gets: the built web interface, or a page that says where the API is."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_file

LANDING = Path(__file__).with_name("landing.html")
LANDING_STYLE = LANDING.with_suffix(".css")


def pages_blueprint(dist: Path) -> Blueprint:
    """The files of `dist`. Every other path belongs to the interface too, which reads it itself."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    @blueprint.get("/<path:path>")
    def show(path: str = "index.html") -> Response:
        file = file_in(dist, path) if file_in(dist, "index.html") else _landing_file(path)
        return send_file(file) if file else abort(404)

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
        file = root.joinpath(*(segments if Path(path).suffix else ["index.html"])).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except (OSError, RuntimeError):  # a name too long for any file; a circle of links
        return None


def _landing_file(path: str) -> Path | None:
    return {"index.html": LANDING, LANDING_STYLE.name: LANDING_STYLE}.get(path)
