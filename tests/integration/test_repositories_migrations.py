"""Migrations on a real PostgreSQL: from nothing, from several processes at once, and back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg
import pytest
import yoyo
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from app.cli.embedded_postgres import SUPERUSER, EmbeddedPostgres
from app.core.db.migrate import MIGRATIONS_DIR, migrate, pending_migrations

PASSWORD = "p/w:%?"
ALL = sorted(
    path.name.removesuffix(".sql") for path in MIGRATIONS_DIR.glob("*.sql") if ".rollback" not in path.name
)


@pytest.fixture
def empty_database(postgres_cluster: EmbeddedPostgres) -> Iterator[str]:
    """A database without Muster's schema, owned by a role whose name and password need quoting in a URL."""
    name, role = f"empty_{uuid4().hex}", f"ann@{uuid4().hex}"
    superuser = postgres_cluster.url(SUPERUSER, "postgres")
    parts = conninfo_to_dict(superuser)
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), PASSWORD))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(role))
        )
        user_info = f"{quote(role)}:{quote(PASSWORD, safe='')}"
        where = urlencode({"host": parts["host"], "port": parts["port"]})
        yield f"postgresql://{user_info}@/{name}?{where}"
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_every_migration_can_be_undone_by_a_file_of_its_own() -> None:
    missing = [name for name in ALL if not (MIGRATIONS_DIR / f"{name}.rollback.sql").exists()]
    assert not missing, f"Write sql/migrations/{missing[0]}.rollback.sql."


def test_from_nothing_to_the_whole_schema_and_then_nothing_to_do(empty_database: str) -> None:
    assert pending_migrations(empty_database) == ALL
    assert migrate(empty_database) == ALL
    assert migrate(empty_database) == []
    assert pending_migrations(empty_database) == []


def test_a_password_file_serves_as_well(empty_database: str, tmp_path: Path) -> None:
    parts = conninfo_to_dict(empty_database)
    where = {key: str(parts[key]) for key in ("host", "port", "user")}
    fields = [where["host"], where["port"], str(parts["dbname"]), where["user"], PASSWORD.replace(":", r"\:")]
    pgpass = tmp_path / "pgpass"
    pgpass.write_text(":".join(fields), "utf-8")
    pgpass.chmod(0o600)
    url = f"postgresql:///{parts['dbname']}?{urlencode(where | {'passfile': str(pgpass)})}"
    assert migrate(url) == ALL


def test_several_at_once_apply_each_migration_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as processes:
        applied = list(processes.map(migrate, [empty_database] * 4))
    assert sorted(applied) == [[], [], [], ALL]


def test_rolled_back_it_leaves_nothing_and_can_come_again(empty_database: str) -> None:
    migrate(empty_database)
    backend = yoyo.get_backend(f"postgresql+psycopg{empty_database.removeprefix('postgresql')}")
    backend.rollback_migrations(backend.to_rollback(yoyo.read_migrations(str(MIGRATIONS_DIR))))
    backend.connection.close()
    with psycopg.connect(empty_database) as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname !~ 'yoyo'"
        ).fetchall()
    assert left == []
    assert migrate(empty_database) == ALL
