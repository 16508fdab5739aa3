"""Every named query is valid on the migrated schema, and somebody calls it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from app.core.db.queries import QUERIES_DIR, load_queries

REPO_ROOT = QUERIES_DIR.parents[1]
PARAMETER = re.compile(r"%\((\w+)\)[sb]")


def named_queries() -> Iterator[tuple[str, str]]:
    for path in sorted(QUERIES_DIR.glob("*.sql")):
        for name in load_queries(path.stem):
            yield path.stem, name


@pytest.mark.parametrize("aggregate", [path.stem for path in sorted(QUERIES_DIR.glob("*.sql"))])
def test_queries_are_valid_on_the_schema(database: str, aggregate: str) -> None:
    wrong = []
    with psycopg.connect(database) as connection, connection.transaction(force_rollback=True):
        for name, text in load_queries(aggregate).items():
            try:
                with connection.transaction():
                    check(connection, name, text)
            except psycopg.Error as error:
                wrong.append(f"{name}: {error}")
    assert not wrong, f"Mend sql/queries/{aggregate}.sql, or the migration:\n" + "\n".join(wrong)


def check(connection: Connection[Any], name: str, text: str) -> None:
    """Prepare the statement; what cannot be prepared is run, on no rows, for the statements after it."""
    kind = re.sub(r"^(--[^\n]*\n|\s)+", "", text).split(maxsplit=1)[0].upper()
    if kind == "COPY":
        with connection.cursor() as cursor, cursor.copy(text.encode()):
            return
    if kind in {"CREATE", "ANALYZE", "LOCK"}:
        connection.execute(text.encode())
        return
    parameters = list(dict.fromkeys(PARAMETER.findall(text)))
    numbered = PARAMETER.sub(lambda found: f"${parameters.index(found[1]) + 1}", text).replace("%%", "%")
    connection.execute(f"PREPARE {name} AS {numbered}".encode())


def test_every_query_has_a_caller() -> None:
    sources = [*_python_files("app/core/db"), *_python_files("worker")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    uncalled = [f"{aggregate}/{name}" for aggregate, name in named_queries() if f'"{name}"' not in code]
    assert not uncalled, (
        f"Nobody calls {', '.join(uncalled)}. Remove the statement from sql/queries, or write the function "
        "in app/core/db that calls it."
    )


def test_every_called_query_exists() -> None:
    call = re.compile(r'\bquery\(\s*"(\w+)",\s*"(\w+)"\s*\)')
    called = {
        (path.name, *found)
        for path in _python_files("app/core/db")
        for found in call.findall(path.read_text(encoding="utf-8"))
    }
    assert called
    missing = sorted(call for call in called if call[1:] not in set(named_queries()))
    assert not missing, f"Called, but not in sql/queries: {missing}. Add the statement, or mend the name."


def _python_files(folder: str) -> list[Path]:
    return sorted((REPO_ROOT / folder).rglob("*.py"))
