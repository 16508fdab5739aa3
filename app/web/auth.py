"""Who is asking: the bearer of the `Authorization` header counts, and without that header the session cookie.

Nowhere else is a token looked for.
"""

import hmac
from collections.abc import Callable

from flask import Request, request

from app.core.domain.auth import ADMIN_TOKEN_IDENTITY, Caller, Role, Viewer, is_token
from app.core.errors import BadInput
from app.web.browser_sessions import BrowserSessions
from app.web.json_http import refuse

ADMIN = Viewer(name="admin", role=Role.ADMIN, identity=ADMIN_TOKEN_IDENTITY)
# What gunicorn takes as one header line, so that no header is too long here only.
MAX_HEADER_LENGTH = 8190
TOKEN_PARAMETERS = ("token", "access_token")

FindViewer = Callable[[str], Viewer | None]


class Authenticator:
    """Knows the admin token of the settings; asks `find_token` about API tokens.

    What is neither is given to `find_foreign`, where there is one: a bearer that another issuer made.
    """

    def __init__(
        self,
        admin_token: str,
        find_token: FindViewer,
        browsers: BrowserSessions,
        find_foreign: FindViewer | None = None,
    ) -> None:
        self._admin_token = admin_token.encode()
        self._find_token = find_token
        self._browsers = browsers
        self._find_foreign = find_foreign

    def check(self, request: Request) -> None:
        """Raises AuthRequired when a session cookie is to speak for the request, and another site may have
        sent it."""
        if "Authorization" not in request.headers:
            self._browsers.check(request)

    def caller(self, request: Request) -> Caller:
        """Who the request comes from; nobody when it holds nothing valid. `check` has passed it."""
        authorization = request.headers.get("Authorization")
        viewer = self._browsers.viewer(request) if authorization is None else self.bearer(authorization)
        return Caller(viewer, request.remote_addr)

    def bearer(self, authorization: str) -> Viewer | None:
        """Who the `Authorization` header speaks for; None when it holds no valid bearer."""
        token = bearer_token(authorization)
        viewer = self.by_token(token)
        if viewer is None and self._find_foreign is not None and not is_token(token):
            return self._find_foreign(token)
        return viewer

    def by_token(self, token: str) -> Viewer | None:
        """Who a token of Muster's own speaks for; None when it is unknown, expired or revoked."""
        if hmac.compare_digest(token.encode("utf-8", "replace"), self._admin_token):
            return ADMIN
        return self._find_token(token)


def bearer_token(authorization: str) -> str:
    """The token of an `Authorization` header; empty when it holds none."""
    if len(authorization) > MAX_HEADER_LENGTH:
        return ""
    scheme, _, given = authorization.partition(" ")
    return given.strip(" ") if scheme.lower() == "bearer" else ""


def refuse_tokens_in_address() -> None:
    """Refuse a request with a token in its address, which logs and histories keep. Raises HTTPException."""
    for name in TOKEN_PARAMETERS:
        if name in request.args:
            refuse(400, BadInput({name: ["A token is never taken from the address: send it in a header."]}))
