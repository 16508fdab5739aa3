"""API tokens in Postgres, as keyed digests only."""

from datetime import datetime
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, fetch_count, fetch_inserted, fetch_one, pick
from app.core.domain.auth import ApiToken, Role, TokenDigests, Viewer


def insert_token(
    conn: Conn, *, name: str, role: Role, digests: TokenDigests, expires_at: datetime | None
) -> ApiToken:
    """Store a new token."""
    params = {
        "name": name,
        "role": role.value,
        "token_hash": digests.hashes[0],
        "key_id": digests.key_id,
        "expires_at": expires_at,
    }
    return fetch_inserted(conn, query("tokens", "insert_token"), params, _token)


def list_tokens(conn: Conn) -> list[ApiToken]:
    """All there ever were, newest first."""
    return fetch_all(conn, query("tokens", "list_tokens"), {}, _token)


def revoke_token(conn: Conn, token_id: UUID) -> ApiToken | None:
    """The token, revoked now or before; None when it is unknown."""
    return fetch_one(conn, query("tokens", "revoke_token"), {"id": token_id}, _token)


def use_token(conn: Conn, digests: TokenDigests) -> Viewer | None:
    """Whom the token with one of these digests speaks for, noting that it was used.

    One stored under an older key is from now on stored under the newest. None when it is unknown, expired or
    revoked.
    """
    params = {
        "hashes": list(digests.hashes),
        "newest_hash": digests.hashes[0],
        "newest_key_id": digests.key_id,
    }
    return fetch_one(conn, query("tokens", "use_token"), params, _viewer)


def count_tokens_not_under(conn: Conn, key_id: str) -> int:
    """How many live tokens may be unknown to a process that has no other key than this one."""
    return fetch_count(conn, query("tokens", "count_tokens_not_under"), {"key_id": key_id})


def _token(row: Row) -> ApiToken:
    return pick(ApiToken, row, role=Role(row["role"]))


def _viewer(row: Row) -> Viewer:
    return pick(Viewer, row, role=Role(row["role"]), identity=f"token:{row['id']}")
