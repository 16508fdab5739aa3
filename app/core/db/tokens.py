"""API tokens in Postgres, as keyed digests only."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import Conn, Row, fetch_all, fetch_inserted, fetch_one, pick
from app.core.domain.auth import ApiToken, Role, Viewer


def insert_token(
    conn: Conn, *, name: str, role: Role, token_hash: bytes, expires_at: datetime | None
) -> ApiToken:
    """Store a new token."""
    params = {"name": name, "role": role.value, "token_hash": token_hash, "expires_at": expires_at}
    return fetch_inserted(conn, query("tokens", "insert_token"), params, _token)


def list_tokens(conn: Conn) -> list[ApiToken]:
    """All there ever were, newest first."""
    return fetch_all(conn, query("tokens", "list_tokens"), {}, _token)


def revoke_token(conn: Conn, token_id: UUID) -> ApiToken | None:
    """The token, revoked now or before; None when it is unknown."""
    return fetch_one(conn, query("tokens", "revoke_token"), {"id": token_id}, _token)


def use_token(conn: Conn, hashes: Sequence[bytes]) -> Viewer | None:
    """Whom the token with one of these digests speaks for, noting that it was used.

    None when it is unknown, expired or revoked.
    """
    return fetch_one(conn, query("tokens", "use_token"), {"hashes": list(hashes)}, _viewer)


def _token(row: Row) -> ApiToken:
    return pick(ApiToken, row, role=Role(row["role"]))


def _viewer(row: Row) -> Viewer:
    return pick(Viewer, row, role=Role(row["role"]), identity=f"token:{row['id']}")
