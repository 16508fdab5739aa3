"""Browser sessions and one-time sign-in links in Postgres, as keyed digests only."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.core.db.queries import query
from app.core.db.rows import Conn, Row, execute, fetch_one, pick
from app.core.domain.auth import Role, Viewer


def insert_session(
    conn: Conn,
    viewer: Viewer,
    *,
    value_hash: bytes,
    api_token_id: UUID | None,
    admin_token_hash: bytes | None,
    lifetime: timedelta,
    longest: timedelta,
) -> None:
    """Store a new session: it expires when unused for `lifetime`, and after `longest` however much used."""
    params = {
        **_columns(viewer),
        "value_hash": value_hash,
        "api_token_id": api_token_id,
        "admin_token_hash": admin_token_hash,
        "lifetime": lifetime,
        "longest": longest,
    }
    execute(conn, query("sessions", "insert_session"), params)


def use_session(conn: Conn, hashes: Sequence[bytes], admin_token_hashes: Sequence[bytes]) -> Viewer | None:
    """Whom the session with one of these digests speaks for, noting that it was used.

    None when it is unknown or expired, or when the token that it was opened with no longer counts;
    `admin_token_hashes` are the digests of the admin token that counts now. The first digests are those under
    the newest key: the session is kept under them from then on.
    """
    params = {
        "hashes": list(hashes),
        "newest_hash": hashes[0],
        "admin_token_hashes": list(admin_token_hashes),
        "newest_admin_token_hash": admin_token_hashes[0],
    }
    return fetch_one(conn, query("sessions", "use_session"), params, _viewer)


def delete_session(conn: Conn, hashes: Sequence[bytes]) -> None:
    """End the session; an unknown one has ended already."""
    execute(conn, query("sessions", "delete_session"), {"hashes": list(hashes)})


def insert_link(
    conn: Conn,
    viewer: Viewer,
    *,
    code_hash: bytes,
    api_token_id: UUID | None,
    admin_token_hash: bytes | None,
    lifetime: timedelta,
) -> None:
    """Store a link that signs in as `viewer`, once, within `lifetime`."""
    params = {
        **_columns(viewer),
        "code_hash": code_hash,
        "api_token_id": api_token_id,
        "admin_token_hash": admin_token_hash,
        "lifetime": lifetime,
    }
    execute(conn, query("sessions", "insert_link"), params)


def redeem_link(
    conn: Conn, hashes: Sequence[bytes], *, value_hash: bytes, lifetime: timedelta, longest: timedelta
) -> None:
    """Make the link with one of these digests a session, with its bounds as in `insert_session`.

    One that is unknown, used or expired makes none.
    """
    params = {"hashes": list(hashes), "value_hash": value_hash, "lifetime": lifetime, "longest": longest}
    execute(conn, query("sessions", "redeem_link"), params)


def delete_expired(conn: Conn) -> None:
    """Forget the sessions and links that nobody can use any more."""
    execute(conn, query("sessions", "delete_expired_sessions"), {})
    execute(conn, query("sessions", "delete_expired_links"), {})


def _columns(viewer: Viewer) -> Row:
    return {"name": viewer.name, "role": viewer.role.value, "identity": viewer.identity}


def _viewer(row: Row) -> Viewer:
    return pick(Viewer, row, role=Role(row["role"]))
