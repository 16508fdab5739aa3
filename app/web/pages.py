"""What a browser gets: the built web interface, or a page that says where the API is."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_file, send_from_directory

LANDING = Path(__file__).with_name("landing.html")


def pages_blueprint(dist: Path) -> Blueprint:
    """The files of `dist`. Every other path belongs to the interface too, which reads it itself."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    @blueprint.get("/<path:path>")
    def show(path: str = "index.html") -> Response:
        if not (dist / "index.html").is_file():
            if path != "index.html":
                abort(404)
            return send_file(LANDING)
        # a missing file with an ending is missing; a path without one is a page of the interface
        return send_from_directory(dist, path if Path(path).suffix else "index.html")

    return blueprint
