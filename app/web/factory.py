"""The Flask application, from its parts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, jsonify
from graphql import GraphQLSchema

from app.core.domain.auth import Viewer
from app.web.graphql_endpoint import MakeContext, graphql_blueprint
from app.web.headers import security_headers
from app.web.pages import pages_blueprint
from app.web.readiness import Readiness


@dataclass(frozen=True)
class WebParts:
    """What the web process is made of; none of it connects to anything before it is used."""

    schema: GraphQLSchema
    authenticate: Callable[[str | None], Viewer | None]
    make_context: MakeContext
    readiness: Readiness
    interface: Path


def create_app(parts: WebParts) -> Flask:
    """The application: /graphql, /healthz, /readyz and the pages."""
    app = Flask("muster", static_folder=None)
    app.register_blueprint(graphql_blueprint(parts.schema, parts.authenticate, parts.make_context))
    app.register_blueprint(pages_blueprint(parts.interface))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        report = parts.readiness.report()
        return jsonify(ready=report.is_ready, parts=dict(report.parts)), 200 if report.is_ready else 503

    app.after_request(security_headers(lambda request: request.is_secure))
    return app
