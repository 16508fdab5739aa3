"""The embedded PostgreSQL: nobody gets in without a password, and the addresses hold none."""

import stat
from pathlib import Path

import psycopg
import pytest

from app.cli.embedded_postgres import (
    APP_DATABASE,
    APP_ROLE,
    DEMO_ROLE,
    HOST,
    ROLES,
    SUPERUSER,
    EmbeddedPostgres,
)
from app.cli.errors import StartError
from app.core.db.migrate import migrate
from tests.stack import quiet, running_part, short_folder


def test_app_role_owns_its_database_and_nothing_more(postgres_cluster: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres_cluster.url()) as connection:
        row = connection.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = CURRENT_USER"
        ).fetchone()
    assert row == (APP_ROLE, False, False, False)


@pytest.mark.parametrize("role", [SUPERUSER, APP_ROLE])
@pytest.mark.parametrize("over", ["", f"&host={HOST}"], ids=["socket", "tcp"])
def test_nobody_gets_in_without_the_password(
    postgres_cluster: EmbeddedPostgres, role: str, over: str
) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres_cluster.url(role) + over, password="wrong")


def test_other_roles_may_not_connect_to_the_database(postgres_cluster: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres_cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        postgres_cluster.ensure_role(connection, DEMO_ROLE)
        postgres_cluster.ensure_role(connection, DEMO_ROLE)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(postgres_cluster.url(DEMO_ROLE, APP_DATABASE))


def test_passwords_lie_in_one_private_file_and_not_in_addresses(postgres_cluster: EmbeddedPostgres) -> None:
    passwords = {postgres_cluster.password(role) for role in ROLES}
    assert len(passwords) == len(ROLES)
    address = postgres_cluster.url()
    command = " ".join(postgres_cluster.spec().argv)
    assert not [p for p in passwords if p in address or p in command]
    assert stat.S_IMODE((postgres_cluster.root / "pgpass").stat().st_mode) == 0o600


def test_data_and_port_outlive_a_restart() -> None:
    with short_folder() as folder:
        first = EmbeddedPostgres(folder / "postgres", quiet)
        with running_part(first, folder):
            first.bootstrap()
            with psycopg.connect(first.url()) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        second = EmbeddedPostgres(folder / "postgres", quiet)
        with running_part(second, folder):
            second.bootstrap()
            with psycopg.connect(second.url()) as connection:
                assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert second.port == first.port


def test_address_survives_signs_that_mean_something_in_addresses() -> None:
    with short_folder() as folder:
        postgres = EmbeddedPostgres(folder / "a b+c&d#e%20?é" / "postgres", quiet)
        with running_part(postgres, folder):
            postgres.bootstrap()
            assert psycopg.connect(postgres.url()).info.dbname == APP_DATABASE
            assert migrate(postgres.url())


def test_long_path_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20)
    postgres = EmbeddedPostgres(folder / "postgres", quiet)
    folder.mkdir()
    with running_part(postgres, folder):
        postgres.bootstrap()
        with psycopg.connect(postgres.url()) as connection:
            socket_dir = Path(connection.info.host)
    assert tmp_path not in socket_dir.parents
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    socket_dir.rmdir()


def test_cluster_without_its_passwords_is_refused() -> None:
    with short_folder() as folder:
        EmbeddedPostgres(folder / "postgres", quiet).prepare()
        (folder / "postgres" / "pgpass").unlink()
        with pytest.raises(StartError, match="pgpass is missing"):
            EmbeddedPostgres(folder / "postgres", quiet).prepare()
