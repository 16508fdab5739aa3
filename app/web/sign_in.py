"""Signing in and out with a browser: by a token, or by a link that works once."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import Forbidden, MethodNotAllowed

from app.core.domain.audit import Action, SignInMethod
from app.core.domain.auth import Caller, Role, Viewer
from app.core.errors import AuthRequired, BadInput, RoleForbidden
from app.services.refusals import Refusal, Refusals
from app.services.sessions import Sessions
from app.web.auth import Authenticator, bearer_token
from app.web.browser_sessions import BrowserSessions
from app.web.json_http import answer_json, read_json, refuse
from app.web.public_address import PublicAddress

LINK_IS_OVER = Path(__file__).with_name("link_is_over.html")
MAX_BODY_BYTES = 10_000
# What browsers say when they fetch a page that nobody has asked for yet.
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Moz")


@dataclass(frozen=True)
class SignIn:
    """What signing in needs. `offers_single_sign_on`: there is another way, at /auth/oidc."""

    authenticator: Authenticator
    sessions: Sessions
    browsers: BrowserSessions
    address: PublicAddress
    refusals: Refusals
    offers_single_sign_on: bool


def sign_in_blueprint(parts: SignIn) -> Blueprint:
    """/auth/session, /auth/sign-in, /auth/sign-out and /auth/link."""
    blueprint = Blueprint("sign_in", __name__, url_prefix="/auth")

    @blueprint.get("/session")
    def show_session() -> Response:
        viewer = parts.browsers.viewer(request)
        csrf_token = parts.browsers.csrf_token(request) if viewer else None
        return answer_json(
            {
                "viewer": None if viewer is None else _as_json(viewer),
                "csrfToken": csrf_token,
                "singleSignOn": parts.offers_single_sign_on,
            }
        )

    @blueprint.post("/sign-in")
    def sign_in() -> Response:
        try:
            parts.address.check_same_origin(request)
        except AuthRequired:
            parts.refusals.record_sign_in(request.remote_addr, SignInMethod.TOKEN)
            raise
        viewer = parts.authenticator.by_token(_given_token())
        if viewer is None:
            parts.refusals.record_sign_in(request.remote_addr, SignInMethod.TOKEN)
            refuse(HTTPStatus.UNAUTHORIZED, AuthRequired("The token is unknown, expired or revoked."))
        response = answer_json({"viewer": _as_json(viewer)})
        value = parts.sessions.open(viewer, SignInMethod.TOKEN, request.remote_addr)
        parts.browsers.begin(request, response, value)
        return response

    @blueprint.post("/sign-out")
    def sign_out() -> Response:
        parts.browsers.check(request)
        response = answer_json({"viewer": None})
        parts.browsers.end(request, response)
        return response

    @blueprint.post("/link")
    def create_link() -> Response:
        viewer = parts.authenticator.by_token(bearer_token(request.headers.get("Authorization", "")))
        if viewer is None or not viewer.role.includes(Role.ADMIN):
            error = AuthRequired() if viewer is None else RoleForbidden(Role.ADMIN)
            refused = Refusal(Action.CREATE_SIGN_IN_LINK, None, error.code)
            parts.refusals.record(Caller(viewer, request.remote_addr), [refused])
            refuse(HTTPStatus.UNAUTHORIZED if viewer is None else HTTPStatus.FORBIDDEN, error)
        code = parts.sessions.create_link(viewer, request.remote_addr)
        return answer_json({"url": f"{parts.address.base(request)}/auth/link/{code}"})

    @blueprint.get("/link/<code>")
    def follow_link(code: str) -> Response:
        _refuse_unless_followed()
        value = parts.sessions.redeem_link(code, request.remote_addr)
        if value is None:
            parts.refusals.record_sign_in(request.remote_addr, SignInMethod.LINK)
            return Response(
                LINK_IS_OVER.read_bytes(), HTTPStatus.GONE, content_type="text/html; charset=utf-8"
            )
        response = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": parts.address.start_page})
        parts.browsers.begin(request, response, value)
        return response

    return blueprint


def _given_token() -> str:
    """The token of the request's body. Raises HTTPException and BadInput."""
    body = read_json(MAX_BODY_BYTES)
    token = body.get("token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not token:
        raise BadInput({"token": ["Must be a token, as a text."]})
    return token.strip()


def _refuse_unless_followed() -> None:
    """Refuse what looks at a link without following it: the link would be used up. Raises HTTPException."""
    if request.method == "HEAD":
        raise MethodNotAllowed(["GET"])
    if any("prefetch" in request.headers.get(name, "").lower() for name in PREFETCH_HEADERS):
        raise Forbidden


def _as_json(viewer: Viewer) -> dict[str, str]:
    return {"name": viewer.name, "role": viewer.role, "identity": viewer.identity}
