"""Who is asking, by the bearer token of the `Authorization` header: nowhere else is a token looked for."""

import hmac
from collections.abc import Callable

from app.core.domain.auth import Role, Viewer

ADMIN = Viewer(name="admin", role=Role.ADMIN, identity="admin-token")
# What gunicorn takes as one header line, so that no header is too long here only.
MAX_HEADER_LENGTH = 8190


class Authenticator:
    """Knows the admin token of the settings; asks `find_viewer` about every other."""

    def __init__(self, admin_token: str, find_viewer: Callable[[str], Viewer | None]) -> None:
        self._admin_token = admin_token.encode()
        self._find_viewer = find_viewer

    def viewer(self, authorization: str | None) -> Viewer | None:
        """Who the `Authorization` header speaks for; None when it holds no valid token."""
        if authorization is None or len(authorization) > MAX_HEADER_LENGTH:
            return None
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = given.strip(" ")
        if hmac.compare_digest(token.encode("utf-8", "replace"), self._admin_token):
            return ADMIN
        return self._find_viewer(token)
