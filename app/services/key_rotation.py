"""Moving everything that is sealed to the newest key, while the processes go on working.

The newest key must be known to all of them before: what is sealed with it must be readable at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.db import secret_keys, tokens
from app.core.db.rows import Conn
from app.core.domain.auth import TokenHasher
from app.core.domain.secrets import SecretBox, UnreadableSecret


@dataclass(frozen=True)
class Resealed:
    """`moved` and `kept` count endpoints and connection tests: those moved to the newest key, and those that
    were there already. `unreadable` ones no key opens. `tokens_behind` are the live API tokens that have not
    been used under the newest key yet."""

    moved: int
    kept: int
    unreadable: int
    tokens_behind: int


def is_unfinished(conn: Conn, keys: Iterable[str]) -> bool:
    """Whether something that can be read is sealed with another key than the first."""
    box = SecretBox(keys)
    check = secret_keys.get_check(conn)
    if check is not None and not box.is_newest(check.sealed):
        return True
    return any(
        box.can_open(row.values) and not box.is_newest(row.values) for row in secret_keys.all_sealed(conn)
    )


def reseal(conn: Conn, keys: Iterable[str]) -> Resealed:
    """Seal everything with the first of `keys`, row by row, each in a transaction of its own.

    `conn` is in autocommit mode. Done twice, or begun again after it was broken off, it ends the same.
    """
    box = SecretBox(keys)
    secret_keys.write_check(conn, keys)
    with conn.transaction():
        secret_keys.await_holders(conn)  # whoever began before the newest key was there
    moved = kept = unreadable = 0
    for row in secret_keys.all_sealed(conn):
        if box.is_newest(row.values):
            kept += 1
            continue
        try:
            secret_keys.change_sealed(conn, row, box.reseal)
        except UnreadableSecret:
            unreadable += 1
        else:
            moved += 1
    return Resealed(moved, kept, unreadable, tokens_behind(conn, keys))


def tokens_behind(conn: Conn, keys: Iterable[str]) -> int:
    """How many live API tokens would no longer be recognised without the keys after the first."""
    return tokens.count_tokens_not_under(conn, TokenHasher(keys).newest_key_id)
