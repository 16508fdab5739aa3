"""Moving what is sealed to another key, and telling keys that are wrong, on a real database."""

import threading
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from cryptography.fernet import Fernet
from psycopg.types.json import Jsonb

from app.core.db import connection_tests, endpoints, secret_keys
from app.core.db.rows import Conn
from app.core.db.secret_keys import WrongKeys, check_keys, hold_keys
from app.core.domain.endpoints import EndpointDetails
from app.core.domain.secrets import SecretBox
from app.services.key_rotation import Resealed, is_unfinished, reseal
from tests.integration.stand import is_waiting
from tests.stack import wait_until

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
PASSWORD = {"password": "correct horse"}
SPOILED = {"password": "spoiled"}


@pytest.fixture
def conn(database: str) -> Iterator[Conn]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def beside(database: str) -> Iterator[Conn]:
    """Another connection, in a transaction of its own."""
    with psycopg.connect(database) as connection:
        yield connection


def endpoint(conn: Conn, sealed: dict[str, str], name: str = "shop") -> UUID:
    details = EndpointDetails(
        source_id=name,
        name=name,
        description=None,
        template_id="postgres",
        verb=None,
        url="postgresql://db/shop",
        domain=None,
        labels=[],
        parameters={},
        capabilities=[],
    )
    return endpoints.insert_endpoint(conn, details, sealed).id


def opened(conn: Conn, endpoint_id: UUID, *keys: str) -> dict[str, str]:
    return SecretBox(keys).open(endpoints.sealed_secrets(conn, endpoint_id))


def test_everything_moves_to_the_newest_key(conn: Conn) -> None:
    check_keys(conn, [OLD])
    old = SecretBox([OLD])
    live, deleted = (endpoint(conn, old.seal(PASSWORD), name) for name in ("live", "deleted"))
    conn.execute(b"UPDATE metadata_endpoints SET deleted_at = now() WHERE id = %s", [deleted])
    test_id = connection_tests.insert_test(conn, "postgres", {}, old.seal(PASSWORD))
    endpoint(conn, {}, "without a secret")
    changed_at = conn.execute(b"SELECT id, updated_at FROM metadata_endpoints ORDER BY id").fetchall()

    assert is_unfinished(conn, [NEW, OLD])
    assert reseal(conn, [NEW, OLD]) == Resealed(moved=3, kept=0, unreadable=0, tokens_behind=0)
    assert not is_unfinished(conn, [NEW, OLD])

    assert opened(conn, live, NEW) == opened(conn, deleted, NEW) == PASSWORD
    test = connection_tests.get_test(conn, test_id)
    assert test is not None
    assert SecretBox([NEW]).open(test.sealed) == PASSWORD
    check_keys(conn, [NEW])
    assert conn.execute(b"SELECT id, updated_at FROM metadata_endpoints ORDER BY id").fetchall() == changed_at


def test_more_rows_than_a_page_all_move(conn: Conn) -> None:
    old = SecretBox([OLD])
    with conn.transaction():
        made = [endpoint(conn, old.seal(PASSWORD), f"source {number}") for number in range(230)]
    assert reseal(conn, [NEW, OLD]).moved == 230
    assert {opened(conn, each, NEW)["password"] for each in made} == {PASSWORD["password"]}


def test_done_twice_it_changes_nothing(conn: Conn) -> None:
    shop = endpoint(conn, SecretBox([OLD]).seal(PASSWORD))
    reseal(conn, [NEW, OLD])
    sealed = endpoints.sealed_secrets(conn, shop)
    assert reseal(conn, [NEW, OLD]) == Resealed(moved=0, kept=1, unreadable=0, tokens_behind=0)
    assert endpoints.sealed_secrets(conn, shop) == sealed


def test_what_no_key_opens_is_counted_and_left_alone(conn: Conn) -> None:
    check_keys(conn, [OLD])
    spoiled = endpoint(conn, SPOILED, "spoiled")
    fine = endpoint(conn, SecretBox([OLD]).seal(PASSWORD), "fine")
    assert reseal(conn, [NEW, OLD]) == Resealed(moved=1, kept=0, unreadable=1, tokens_behind=0)
    assert endpoints.sealed_secrets(conn, spoiled) == SPOILED
    assert opened(conn, fine, NEW) == PASSWORD
    assert not is_unfinished(conn, [NEW, OLD]), "trying again would not help"


def test_a_change_made_meanwhile_is_not_lost(conn: Conn, beside: Conn) -> None:
    shop = endpoint(conn, SecretBox([OLD]).seal(PASSWORD))
    endpoints.lock_endpoint(beside, shop)
    rotating = threading.Thread(target=reseal, args=(conn, [NEW, OLD]))
    rotating.start()
    with psycopg.connect(conn.info.dsn, password=conn.info.password, autocommit=True) as watching:
        wait_until(lambda: is_waiting(watching), 10)
    changed = {"password": "changed meanwhile"}
    beside.execute(
        b"UPDATE metadata_endpoints SET secrets = %s WHERE id = %s",
        [Jsonb(SecretBox([OLD]).seal(changed)), shop],
    )
    beside.commit()
    rotating.join(30)
    assert opened(conn, shop, NEW) == changed


def test_who_seals_with_the_old_key_is_waited_for(conn: Conn, beside: Conn) -> None:
    check_keys(conn, [OLD])
    hold_keys(beside)
    sealed = SecretBox([OLD]).seal(PASSWORD)
    rotating = threading.Thread(target=reseal, args=(conn, [NEW, OLD]))
    rotating.start()
    with psycopg.connect(conn.info.dsn, password=conn.info.password, autocommit=True) as watching:
        wait_until(lambda: is_waiting(watching), 10)
    shop = endpoint(beside, sealed)
    beside.commit()
    rotating.join(30)
    assert opened(conn, shop, NEW) == PASSWORD


def test_only_one_rotates_at_a_time(conn: Conn, beside: Conn) -> None:
    assert secret_keys.begin_rotation(beside)
    assert not secret_keys.begin_rotation(conn)
    beside.close()
    wait_until(lambda: secret_keys.begin_rotation(conn), 10)


def test_the_first_keys_are_the_right_ones_from_then_on(conn: Conn) -> None:
    check_keys(conn, [OLD])
    check_keys(conn, [OLD])
    check_keys(conn, [NEW, OLD])
    with pytest.raises(WrongKeys, match="MUSTER_SECRET_KEYS"):
        check_keys(conn, [OTHER])
    check_keys(conn, [OLD])


def test_without_a_check_what_is_stored_tells_wrong_keys(conn: Conn) -> None:
    """A database from before there was a check."""
    endpoint(conn, SPOILED, "spoiled")
    endpoint(conn, SecretBox([OLD]).seal(PASSWORD), "fine")
    with pytest.raises(WrongKeys):
        check_keys(conn, [OTHER])
    assert secret_keys.get_check(conn) is None
    check_keys(conn, [NEW, OLD])


def test_lost_keys_can_be_given_up(conn: Conn) -> None:
    check_keys(conn, [OLD])
    check_keys(conn, [NEW], forget=True)
    check_keys(conn, [NEW])
    with pytest.raises(WrongKeys):
        check_keys(conn, [OLD])
    endpoint(conn, SPOILED)
    check_keys(conn, [OTHER], forget=True)
    check_keys(conn, [OTHER])


def test_of_two_first_starts_with_different_keys_one_is_refused(conn: Conn, beside: Conn) -> None:
    hold_keys(beside)  # begins a transaction, so that the check is not committed yet
    check_keys(beside, [OLD])
    refused: list[WrongKeys] = []

    def start() -> None:
        try:
            check_keys(conn, [NEW])
        except WrongKeys as error:
            refused.append(error)

    starting = threading.Thread(target=start)
    starting.start()
    with psycopg.connect(conn.info.dsn, password=conn.info.password, autocommit=True) as watching:
        wait_until(lambda: is_waiting(watching), 10)
    beside.commit()
    starting.join(30)
    assert len(refused) == 1
