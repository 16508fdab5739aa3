"""Signed-in browsers: opening a session, recognising its cookie, ending it, and one-time sign-in links.

The database is asked each time, so that a sign-out, or the revocation of the token that a session was opened
with, holds for every process at once.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from app.core.db import sessions
from app.core.db.pool import Pool, autocommit
from app.core.db.rows import Conn
from app.core.domain.audit import SignInMethod
from app.core.domain.auth import ADMIN_TOKEN_IDENTITY, RANDOM_BYTES, Caller, TokenHasher, Viewer
from app.services import audit

LONGEST_SESSION = timedelta(days=30)
# The provider is asked for the role at each sign-in only: what it has withdrawn ends with the day.
LONGEST_SINGLE_SIGN_ON = timedelta(days=1)
LINK_LIFETIME = timedelta(minutes=15)

# 43 characters are 32 bytes, url-safe
_RANDOM = re.compile(r"[A-Za-z0-9_-]{43}")
# No API token is spelled like what is digested here, so that none of these is ever taken for another.
_SESSION, _LINK, _ADMIN_TOKEN = "session:", "link:", "admin-token:"


@dataclass(frozen=True)
class Sessions:
    """The browser sessions of this deployment.

    One that was opened with an API token has that token's name and role and ends with it; one that was opened
    with `admin_token` ends when that changes; one from single sign-on lasts a day at most. `lifetime` is how
    long a session that is not used lasts.
    """

    pool: Callable[[], Pool]
    hasher: TokenHasher
    admin_token: str = field(repr=False)
    lifetime: timedelta

    @property
    def longest(self) -> timedelta:
        """How long a session lasts at most, however much it is used."""
        return max(self.lifetime, LONGEST_SESSION)

    def open(self, viewer: Viewer, method: SignInMethod, address: str | None) -> str:
        """The value for the cookie of a new session of `viewer`; it exists nowhere else.

        `address` is the network address that the request to sign in came from.
        """
        value = secrets.token_urlsafe(RANDOM_BYTES)
        single_sign_on = method is SignInMethod.SINGLE_SIGN_ON
        with self.pool().connection() as conn:
            sessions.delete_expired(conn)
            sessions.insert_session(
                conn,
                viewer,
                value_hash=self.hasher.to_store(_SESSION + value),
                api_token_id=_api_token_id(viewer),
                admin_token_hash=self._admin_token_hash(viewer),
                lifetime=self.lifetime,
                longest=max(self.lifetime, LONGEST_SINGLE_SIGN_ON) if single_sign_on else self.longest,
            )
            audit.record_sign_in(conn, Caller(viewer, address), method)
        return value

    def find(self, value: str) -> Viewer | None:
        """Whom the session with this cookie value speaks for; None when it has ended or never was."""
        with autocommit(self.pool()) as conn:
            return self._use(conn, value)

    def end(self, value: str, address: str | None) -> None:
        """End the session with this cookie value, for every process; one that has ended stays so."""
        with self.pool().connection() as conn:
            viewer = self._use(conn, value)
            sessions.delete_session(conn, self.hasher.to_find(_SESSION + value))
            if viewer is not None:
                audit.record_sign_out(conn, Caller(viewer, address))

    def create_link(self, viewer: Viewer, address: str | None) -> str:
        """The code of a new link that signs in as `viewer`, once, within LINK_LIFETIME.

        `address` is where it was asked for from.
        """
        code = secrets.token_urlsafe(RANDOM_BYTES)
        with self.pool().connection() as conn:
            sessions.delete_expired(conn)
            sessions.insert_link(
                conn,
                viewer,
                code_hash=self.hasher.to_store(_LINK + code),
                api_token_id=_api_token_id(viewer),
                admin_token_hash=self._admin_token_hash(viewer),
                lifetime=LINK_LIFETIME,
            )
            audit.record_sign_in_link(conn, Caller(viewer, address))
        return code

    def redeem_link(self, code: str, address: str | None) -> str | None:
        """The cookie value of a new session of the link's viewer; the link is used up.

        None when the link is unknown, used or expired, or when what it was made with no longer counts.
        """
        if _RANDOM.fullmatch(code) is None:
            return None
        value = secrets.token_urlsafe(RANDOM_BYTES)
        with self.pool().connection() as conn:
            sessions.redeem_link(
                conn,
                self.hasher.to_find(_LINK + code),
                value_hash=self.hasher.to_store(_SESSION + value),
                lifetime=self.lifetime,
                longest=self.longest,
            )
            viewer = self._use(conn, value)
            if viewer is None:
                return None
            audit.record_sign_in(conn, Caller(viewer, address), SignInMethod.LINK)
        return value

    def _use(self, conn: Conn, value: str) -> Viewer | None:
        hashes = self.hasher.to_find(_SESSION + value)
        viewer = sessions.use_session(conn, hashes, self.hasher.to_find(_ADMIN_TOKEN + self.admin_token))
        if viewer is None and (anew := self.hasher.to_find(_SESSION + value)) != hashes:
            # the keys have been rotated in between, and another request has moved the session to the new one
            viewer = sessions.use_session(conn, anew, self.hasher.to_find(_ADMIN_TOKEN + self.admin_token))
        return viewer

    def _admin_token_hash(self, viewer: Viewer) -> bytes | None:
        if viewer.identity != ADMIN_TOKEN_IDENTITY:
            return None
        return self.hasher.to_store(_ADMIN_TOKEN + self.admin_token)


def is_session(value: str) -> bool:
    """Whether `value` is spelled as a session's cookie value; anything else need not be looked for."""
    return _RANDOM.fullmatch(value) is not None


def csrf_token(value: str) -> str:
    """What a page must send beside the cookie: only who was given it by the session's own server has it."""
    return hmac.digest(value.encode(), b"muster csrf token", "sha256").hex()


def _api_token_id(viewer: Viewer) -> UUID | None:
    kind, _, token_id = viewer.identity.partition(":")
    return UUID(token_id) if kind == "token" else None
