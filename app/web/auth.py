"""Who is asking: the bearer of the admin token."""

import hmac

from app.core.domain.auth import Role, Viewer

ADMIN = Viewer(name="admin", role=Role.ADMIN)


class AdminToken:
    """Knows the one token there is."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def viewer(self, authorization: str | None) -> Viewer | None:
        """Who the `Authorization` header speaks for; None when it holds no valid token."""
        scheme, _, given = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        is_valid = hmac.compare_digest(given.strip().encode("utf-8", "replace"), self._token)
        return ADMIN if is_valid else None
