"""Signed-in browsers: opening a session, recognising its cookie, ending it, and one-time sign-in links.

The database is asked each time, so that a sign-out, or the revocation of the token that a session was opened
with, holds for every process at once.
"""

import hmac
import re
import secrets
from datetime import timedelta
from uuid import UUID

from app.core.db import sessions
from app.core.db.pool import Pool
from app.core.domain.auth import RANDOM_BYTES, TokenHasher, Viewer

LONGEST_SESSION = timedelta(days=30)
LINK_LIFETIME = timedelta(minutes=15)

# 43 characters are 32 bytes, url-safe
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
# No API token is spelled like what is digested here, so that none of these is ever taken for another.
_SESSION, _LINK, _ADMIN_TOKEN = "session:", "link:", "admin-token:"


def open_session(
    pool: Pool,
    hasher: TokenHasher,
    viewer: Viewer,
    *,
    lifetime: timedelta,
    api_token_id: UUID | None = None,
    admin_token: str | None = None,
) -> str:
    """The value for the cookie of a new session of `viewer`; it exists nowhere else.

    The session ends when it is not used for `lifetime`, and after LONGEST_SESSION (or `lifetime`, if that is
    longer) in any case. Opened with an API token, it has that token's name and role and ends with it; opened
    with the admin token, it ends when that changes.
    """
    value = secrets.token_urlsafe(RANDOM_BYTES)
    with pool.connection() as conn:
        sessions.delete_expired(conn)
        sessions.insert_session(
            conn,
            viewer,
            value_hash=hasher.to_store(_SESSION + value),
            api_token_id=api_token_id,
            admin_token_hash=hasher.to_store(_ADMIN_TOKEN + admin_token) if admin_token else None,
            lifetime=lifetime,
            longest=longest(lifetime),
        )
    return value


def find_session(pool: Pool, hasher: TokenHasher, value: str, *, admin_token: str) -> Viewer | None:
    """Whom the session with this cookie value speaks for; None when it has ended or never was.

    `admin_token` is the one that counts now.
    """
    if _VALUE.fullmatch(value) is None:
        return None
    with pool.connection() as conn:
        return sessions.use_session(
            conn, hasher.to_find(_SESSION + value), hasher.to_find(_ADMIN_TOKEN + admin_token)
        )


def end_session(pool: Pool, hasher: TokenHasher, value: str) -> None:
    """End the session with this cookie value, for every process; one that has ended stays so."""
    if _VALUE.fullmatch(value) is None:
        return
    with pool.connection() as conn:
        sessions.delete_session(conn, hasher.to_find(_SESSION + value))


def csrf_token(value: str) -> str:
    """What a page must send beside the cookie: only who was given it by the session's own server has it."""
    return hmac.digest(value.encode(), b"muster csrf token", "sha256").hex()


def longest(lifetime: timedelta) -> timedelta:
    """How long a session that ends when unused for `lifetime` can last at most."""
    return max(lifetime, LONGEST_SESSION)


def create_link(
    pool: Pool,
    hasher: TokenHasher,
    viewer: Viewer,
    *,
    api_token_id: UUID | None = None,
    admin_token: str | None = None,
) -> str:
    """The code of a new link that signs in as `viewer`, once, within LINK_LIFETIME.

    What the session that it opens was opened with is told here, as for `open_session`.
    """
    code = secrets.token_urlsafe(RANDOM_BYTES)
    with pool.connection() as conn:
        sessions.delete_expired(conn)
        sessions.insert_link(
            conn,
            viewer,
            code_hash=hasher.to_store(_LINK + code),
            api_token_id=api_token_id,
            admin_token_hash=hasher.to_store(_ADMIN_TOKEN + admin_token) if admin_token else None,
            lifetime=LINK_LIFETIME,
        )
    return code


def redeem_link(pool: Pool, hasher: TokenHasher, code: str, *, lifetime: timedelta) -> str | None:
    """The cookie value of a new session of the link's viewer; the link is used up.

    None when the link is unknown, used or expired.
    """
    if _VALUE.fullmatch(code) is None:
        return None
    value = secrets.token_urlsafe(RANDOM_BYTES)
    with pool.connection() as conn:
        redeemed = sessions.redeem_link(
            conn,
            hasher.to_find(_LINK + code),
            value_hash=hasher.to_store(_SESSION + value),
            lifetime=lifetime,
            longest=longest(lifetime),
        )
    return value if redeemed else None
