"""Signing in with the OpenID Connect provider: a browser goes there and comes back."""

import hmac
import logging
import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from string import Template

from flask import Blueprint, Response, request

from app.core.domain.audit import SignInMethod
from app.services.single_sign_on.claims import NoRole
from app.services.single_sign_on.code_flow import CodeFlow, SignInRefused
from app.services.single_sign_on.provider import ProviderUnavailable
from app.web.attempt_cookie import AttemptCookie, Begun
from app.web.sign_in import SignIn

PAGE = Path(__file__).with_name("single_sign_on.html")
MAX_PATH_LENGTH = 1000
# Visible ASCII without the backslash, which browsers read as a slash: after two of those stands a host.
_LOCAL_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SingleSignOnParts:
    """What single sign-on needs beside the rest of signing in."""

    flow: CodeFlow
    cookie: AttemptCookie


@dataclass(frozen=True)
class Refusal:
    """Why nobody is signed in, for people."""

    status: HTTPStatus
    title: str
    text: str


UNAVAILABLE = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Single sign-on is not available",
    "The sign-in provider cannot be reached at the moment. Who is signed in stays so.",
)
NOT_BEGUN = Refusal(
    HTTPStatus.BAD_REQUEST,
    "This sign-in cannot be finished",
    "It was begun in another browser, more than ten minutes ago, or has been finished already.",
)
REFUSED = Refusal(
    HTTPStatus.FORBIDDEN, "You are not signed in", "The sign-in provider has not confirmed who you are."
)
NO_ROLE = Refusal(
    HTTPStatus.FORBIDDEN,
    "You have no role in Muster",
    "The sign-in provider knows you, but not in a role that Muster knows. Its administrator can change that.",
)


def single_sign_on_blueprint(single_sign_on: SingleSignOnParts, parts: SignIn) -> Blueprint:
    """/auth/oidc/start and /auth/oidc/callback."""
    blueprint = Blueprint("single_sign_on", __name__, url_prefix="/auth/oidc")
    flow, cookie = single_sign_on.flow, single_sign_on.cookie
    start_page = parts.address.start_page

    @blueprint.get("/start")
    def start() -> Response:
        try:
            address, attempt = flow.begin(f"{parts.address.base(request)}/auth/oidc/callback")
        except ProviderUnavailable:
            return page(UNAVAILABLE)
        response = Response(status=HTTPStatus.FOUND, headers={"Location": address})
        begun = Begun(attempt, local_path(request.args.get("next", ""), start_page))
        cookie.write(response, begun, secure=parts.address.is_secure(request))
        return response

    @blueprint.get("/callback")
    def come_back() -> Response:
        secure = parts.address.is_secure(request)
        begun = cookie.read(request, secure=secure)
        if begun is None or not _same(begun.attempt.state, request.args.get("state", "")):
            return refuse(NOT_BEGUN)
        response = finish(begun)
        cookie.clear(response, secure=secure)
        return response

    def finish(begun: Begun) -> Response:
        try:
            viewer = flow.finish(begun.attempt, _given_code())
        except ProviderUnavailable:
            return refuse(UNAVAILABLE)
        except NoRole:
            return refuse(NO_ROLE)
        except SignInRefused as error:
            log.warning("single_sign_on_refused", extra={"reason": str(error)})
            return refuse(REFUSED)
        response = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": begun.next_path})
        value = parts.sessions.open(viewer, SignInMethod.SINGLE_SIGN_ON, request.remote_addr)
        parts.browsers.begin(request, response, value)
        return response

    def refuse(refusal: Refusal) -> Response:
        parts.refusals.record_sign_in(request.remote_addr, SignInMethod.SINGLE_SIGN_ON)
        return page(refusal)

    def page(refusal: Refusal) -> Response:
        text = Template(PAGE.read_text(encoding="utf-8")).substitute(
            title=refusal.title, text=refusal.text, start_page=start_page
        )
        return Response(text, refusal.status, content_type="text/html; charset=utf-8")

    return blueprint


def local_path(path: str, otherwise: str) -> str:
    """`path` when no browser can take it for an address elsewhere, else `otherwise`."""
    return path if len(path) <= MAX_PATH_LENGTH and _LOCAL_PATH.fullmatch(path) else otherwise


def _given_code() -> str:
    """The code that the provider has sent the browser back with. Raises SignInRefused."""
    code = request.args.get("code", "")
    if "error" in request.args or not code:
        raise SignInRefused("the provider sent no code")
    return code


def _same(state: str, given: str) -> bool:
    return hmac.compare_digest(state.encode(), given.encode("utf-8", "replace"))
