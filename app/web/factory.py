"""The Flask application, from its parts."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, jsonify
from graphql import GraphQLSchema
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.config_sections import RequestLimits
from app.services.readiness import Readiness
from app.web.auth import refuse_tokens_in_address
from app.web.graphql_endpoint import MakeContext, graphql_blueprint
from app.web.headers import security_headers
from app.web.json_http import answer_error
from app.web.pages import pages_blueprint
from app.web.rate_limits import RateLimits
from app.web.sign_in import SignIn, sign_in_blueprint
from app.web.single_sign_on import SingleSignOnParts, single_sign_on_blueprint


@dataclass(frozen=True)
class WebParts:
    """What the web process is made of; none of it connects to anything before it is used."""

    schema: GraphQLSchema
    sign_in: SignIn
    single_sign_on: SingleSignOnParts | None
    make_context: MakeContext
    readiness: Readiness
    interface: Path
    trusted_proxies: int
    limits: RequestLimits


def create_app(parts: WebParts) -> Flask:
    """The application: /graphql, /auth, /healthz, /readyz and the pages."""
    app = Flask("muster", static_folder=None)
    if parts.trusted_proxies:
        hops = parts.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(refuse_tokens_in_address)
    app.register_error_handler(Exception, answer_error)
    rates = RateLimits(parts.limits)
    rates.init_app(app)
    sign_in = parts.sign_in
    app.register_blueprint(
        graphql_blueprint(
            parts.schema, parts.limits, rates, sign_in.authenticator, sign_in.refusals, parts.make_context
        )
    )
    app.register_blueprint(sign_in_blueprint(sign_in))
    if parts.single_sign_on is not None:
        app.register_blueprint(single_sign_on_blueprint(parts.single_sign_on, parts.sign_in))
    app.register_blueprint(pages_blueprint(parts.interface))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        report = parts.readiness.report()
        return jsonify(ready=report.is_ready, parts=dict(report.parts)), 200 if report.is_ready else 503

    app.after_request(security_headers(parts.sign_in.address.is_secure))
    return app
