"""What is kept under the secret keys, in Postgres: the check that tells wrong keys, and all sealed values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from app.core.db.queries import query
from app.core.db.rows import Conn, Row, execute, fetch_all, fetch_one, pick
from app.core.domain.auth import TokenHasher
from app.core.domain.secrets import SecretBox

# Any numbers of our own.
_HOLDERS_LOCK, _ROTATION_LOCK = 0x6B657973, 0x726F7461
_PAGE = 100
_SAMPLES = 50
_KNOWN = {"check": "Muster"}


class WrongKeys(Exception):
    """None of a process's keys opens what the database holds."""

    def __init__(self) -> None:
        super().__init__(
            "MUSTER_SECRET_KEYS is wrong: none of these keys opens what this database holds. "
            "Give the key that it was sealed with; if it is lost, muster up or muster migrate with "
            "--forget-secrets gives up what was sealed."
        )


@dataclass(frozen=True)
class KeyCheck:
    """A known value sealed with the newest key, and that key's id."""

    key_id: str
    sealed: dict[str, str]


@dataclass(frozen=True)
class Sealed:
    """Values that stand sealed in a row: how to read them locked, and how to put others there."""

    id: UUID
    values: dict[str, str]
    lock_query: LiteralString
    replace_query: LiteralString


def hold_keys(conn: Conn) -> None:
    """Until this transaction ends no key is dropped. Taken before something is sealed or digested to be
    stored, so that nothing is ever stored under a key that has just gone."""
    execute(conn, query("secret_keys", "hold_keys"), {"lock": _HOLDERS_LOCK})


def await_holders(conn: Conn) -> None:
    """Wait until every transaction that holds the keys has ended; none begins until this one ends."""
    execute(conn, query("secret_keys", "await_holders"), {"lock": _HOLDERS_LOCK})


def begin_rotation(conn: Conn) -> bool:
    """Whether nobody else rotates keys; then nobody does until this connection is closed."""
    sql = query("secret_keys", "begin_rotation")
    return bool(fetch_one(conn, sql, {"lock": _ROTATION_LOCK}, lambda row: row["is_ours"]))


def check_keys(conn: Conn, keys: Iterable[str], *, forget: bool = False) -> None:
    """Raise WrongKeys when none of `keys` opens what this database holds. The first to ask leaves the check.

    `forget`: the keys that fit are lost; the check is written anew, and what they sealed stays unreadable.
    Raises psycopg.errors.UndefinedTable before the database is migrated.
    """
    box = SecretBox(keys)
    with conn.transaction():
        if get_check(conn) is None and (forget or _opens_what_is_stored(conn, box)):
            execute(conn, query("secret_keys", "insert_check"), _check(keys))
        check = get_check(conn)
        if check is not None and box.can_open(check.sealed):
            return
        if not forget:
            raise WrongKeys
        write_check(conn, keys)


def get_check(conn: Conn) -> KeyCheck | None:
    """The check; None before the first start."""
    return fetch_one(conn, query("secret_keys", "get_check"), {}, lambda row: pick(KeyCheck, row))


def write_check(conn: Conn, keys: Iterable[str]) -> None:
    """Seal the check with the first of `keys`: that is everybody's newest key from now on."""
    execute(conn, query("secret_keys", "replace_check"), _check(keys))


def all_sealed(conn: Conn) -> Iterator[Sealed]:
    """Every row with sealed values, page by page: of endpoints, deleted ones too, and of connection tests."""
    yield from _pages(
        conn,
        query("secret_keys", "endpoints_with_secrets"),
        lambda row: Sealed(
            row["id"],
            row["secrets"],
            query("secret_keys", "lock_endpoint_secrets"),
            query("secret_keys", "replace_endpoint_secrets"),
        ),
    )
    yield from _pages(
        conn,
        query("secret_keys", "tests_with_secrets"),
        lambda row: Sealed(
            row["id"],
            row["secrets"],
            query("secret_keys", "lock_test_secrets"),
            query("secret_keys", "replace_test_secrets"),
        ),
    )


def change_sealed(conn: Conn, row: Sealed, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
    """Put in place of the row's values, as they are by now, what `change` makes of them.

    Nobody else changes the row meanwhile; one that has gone stays so. What `change` raises passes through.
    """
    with conn.transaction():
        values = fetch_one(conn, row.lock_query, {"id": row.id}, lambda found: dict(found["secrets"]))
        if values:
            execute(conn, row.replace_query, {"id": row.id, "secrets": Jsonb(dict(change(values)))})


def _check(keys: Iterable[str]) -> Row:
    return {"key_id": TokenHasher(keys).newest_key_id, "sealed": Jsonb(SecretBox(keys).seal(_KNOWN))}


def _opens_what_is_stored(conn: Conn, box: SecretBox) -> bool:
    """For a database from before there was a check: one value that opens is enough, none stored is, too."""
    sql = query("secret_keys", "newest_secrets")
    samples = fetch_all(conn, sql, {"first": _SAMPLES}, lambda row: dict(row["secrets"]))
    return not samples or any(box.can_open(sample) for sample in samples)


def _pages(conn: Conn, sql: LiteralString, make: Callable[[Row], Sealed]) -> Iterator[Sealed]:
    after = UUID(int=0)
    while rows := fetch_all(conn, sql, {"after": after, "first": _PAGE}, make):
        yield from rows
        after = rows[-1].id
