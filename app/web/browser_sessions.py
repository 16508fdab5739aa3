"""A request's browser session: who it speaks for, and the check that the request is its page's own."""

import hmac

from flask import Request, Response

from app.core.domain.auth import Viewer
from app.core.errors import AuthRequired
from app.services.sessions import Sessions, csrf_token
from app.web.public_address import PublicAddress
from app.web.session_cookie import clear_session, read_session, set_session

CSRF_HEADER = "X-CSRF-Token"


class BrowserSessions:
    """The sessions of Muster, as requests and responses carry them."""

    def __init__(self, sessions: Sessions, address: PublicAddress) -> None:
        self._sessions = sessions
        self._address = address

    def viewer(self, request: Request) -> Viewer | None:
        """Whom the request's session speaks for; None when it has none, or one that has ended."""
        value = self._value(request)
        return None if value is None else self._sessions.find(value)

    def csrf_token(self, request: Request) -> str | None:
        """What this session's page must send in CSRF_HEADER; None without a session."""
        value = self._value(request)
        return None if value is None else csrf_token(value)

    def check(self, request: Request) -> None:
        """Raises AuthRequired when the request has a session cookie, and another site may have sent it."""
        expected = self.csrf_token(request)
        if expected is None:
            return
        self._address.check_same_origin(request)
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise AuthRequired(f"A request with a session cookie needs the header {CSRF_HEADER}.")

    def begin(self, request: Request, response: Response, value: str) -> None:
        """Give the browser the new session `value`; the one that it brought ends."""
        self._end(request)
        set_session(
            response,
            value,
            secure=self._address.is_secure(request),
            max_age=self._sessions.longest,
        )

    def end(self, request: Request, response: Response) -> None:
        """End the request's session, for every process, and have the browser forget it."""
        self._end(request)
        clear_session(response, secure=self._address.is_secure(request))

    def _end(self, request: Request) -> None:
        value = self._value(request)
        if value is not None:
            self._sessions.end(value, request.remote_addr)

    def _value(self, request: Request) -> str | None:
        return read_session(request, secure=self._address.is_secure(request))
