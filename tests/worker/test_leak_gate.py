"""A real source that says its own password in every way it can: nothing of Muster's keeps it."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from psycopg import sql
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from app.core.contracts import CompleteRunInput, FailRunInput, IngestInput, PersistInput
from app.core.db import runs
from tests.sources import PostgresServer, postgres_server
from tests.worker import children
from tests.worker.conftest import PASSWORD, Rows
from worker.activities.bookkeeping import Bookkeeping
from worker.activities.context import ActivityContext
from worker.activities.ingest import Ingest
from worker.activities.persist import Persisting
from worker.staging import StagedRun

MakeEnvironment = Callable[..., ActivityEnvironment]

ENCODED = base64.b64encode(PASSWORD.encode()).decode()
FORMS = {
    "plain": PASSWORD,
    "in a URL": quote(PASSWORD, safe=""),
    "in a URL, lower case": quote(PASSWORD, safe="").replace("%2F", "%2f"),
    "in JSON": PASSWORD.replace("/", "\\/"),
    "in base64": ENCODED,
    "in longer base64": base64.b64encode(b"user:" + PASSWORD.encode() + b"\n").decode(),
}
# Without the characters that are shared with what stands around it.
SOUGHT = {**FORMS, "in base64": ENCODED[:-3], "in longer base64": FORMS["in longer base64"][8:-4]}
TOLD = " ".join(FORMS.values())


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        with running.connect() as connection:
            connection.execute(sql.SQL("CREATE ROLE reader LOGIN PASSWORD {}").format(sql.Literal(PASSWORD)))
        yield running


def parameters(server: PostgresServer, database: str, script: sql.Composed) -> dict[str, Any]:
    """A new database, read by the role whose password is PASSWORD."""
    server.create_database(database)
    with server.connect(database) as connection:
        connection.execute(script)
    given = server.parameters(database, username="reader")
    return {key: value for key, value in given.items() if key != "password"}


def talkative(server: PostgresServer) -> dict[str, Any]:
    script = """
        CREATE TABLE told (id int PRIMARY KEY, hint text DEFAULT {told});
        COMMENT ON TABLE told IS {told};
        COMMENT ON COLUMN told.hint IS {told};
        CREATE TABLE {name} (token text, password text);
        CREATE TABLE quiet (id int, password text DEFAULT 'as it is');
        CREATE VIEW shown AS
            SELECT {told} AS said, token FROM {name} WHERE token = 'hunter2' AND password = token;
    """
    literal = sql.Literal(TOLD)
    return parameters(
        server, "talkative", sql.SQL(script).format(told=literal, name=sql.Identifier(f"t {PASSWORD}"))
    )


def refusing(server: PostgresServer) -> dict[str, Any]:
    """The server ends every session of the reader with an error that quotes the password."""
    script = """
        CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
            IF session_user = 'reader' THEN RAISE EXCEPTION 'not with %', {told}; END IF;
        END $$;
        CREATE EVENT TRIGGER refuse ON login EXECUTE FUNCTION refuse();
    """
    return parameters(server, "refusing", sql.SQL(script).format(told=sql.Literal(TOLD)))


def found_in(text: str) -> list[str]:
    return [name for name, form in SOUGHT.items() if form in text]


def everything_stored(bound: ActivityContext) -> str:
    """Every row of every table of Muster's database, the JSON ones as their texts."""
    with bound.pool.connection() as conn:
        tables = conn.execute(
            "SELECT c.oid::regclass::text FROM pg_class c"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()
        assert ("catalog_datasets",) in tables
        rows = [
            repr(row)
            for (table,) in tables
            for row in conn.execute(sql.SQL("SELECT * FROM {}").format(sql.SQL(table))).fetchall()
        ]
    return "\n".join(rows)


def staged_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def warnings(rows: Rows, run_id: UUID) -> list[str]:
    return [message for level, message in rows.log(run_id) if level == "WARNING" and "secret" in message]


def test_a_catalog_keeps_no_spelling_of_the_password(
    server: PostgresServer,
    bound: ActivityContext,
    rows: Rows,
    activity_environment: MakeEnvironment,
    tmp_path: Path,
) -> None:
    run_id = rows.run(rows.endpoint("postgres", **talkative(server)))
    ingested = activity_environment().run(Ingest(bound).ingest, IngestInput(str(run_id), 60))
    staged = {path.name: path.read_text() for path in staged_files(tmp_path / "staging")}
    assert staged.keys() == {"index.jsonl", "datasets.copy", "documents.jsonl"}
    assert found_in("".join(staged.values())) == []

    run = StagedRun(bound.staging_url, ingested.staging_key)
    documents = {d["name"]: d for d in (json.loads(text) for _, text in run.documents(range(4)))}
    assert documents.keys() == {"told", "t ********", "quiet", "shown"}
    definition = documents["shown"]["definition"]
    assert "hunter2" not in definition
    assert "password = token" in definition
    assert documents["quiet"]["columns"][1]["name"] == "password"

    activity_environment().run(
        Persisting(bound).persist_catalog_records, PersistInput(str(run_id), ingested.staging_key)
    )
    bookkeeping = Bookkeeping(bound)
    for _ in range(2):  # tried again, it says so once
        bookkeeping.mark_run_completed(CompleteRunInput(str(run_id), partial=False))
    stored = everything_stored(bound)
    assert "t ********" in stored
    assert found_in(stored) == []
    ended = rows.read(run_id)
    # Four texts with every form, a name in the document and the view, and the view's literal.
    assert ended.redactions == 4 * len(FORMS) + 3
    assert warnings(rows, run_id) == [
        f"{ended.redactions} secret values were found in what the source returned and were masked."
    ]


def test_an_error_keeps_no_spelling_of_the_password(
    server: PostgresServer, bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint("postgres", **refusing(server)))
    with pytest.raises(ApplicationError) as caught:
        activity_environment().run(Ingest(bound).ingest, IngestInput(str(run_id), 60))
    assert "not with ********" in caught.value.message
    assert found_in(repr(caught.value)) == []
    Bookkeeping(bound).mark_run_failed(
        FailRunInput(str(run_id), str(caught.value.type), caught.value.message)
    )
    assert found_in(everything_stored(bound)) == []
    assert rows.read(run_id).redactions == len(FORMS)
    assert len(warnings(rows, run_id)) == 1


def test_what_the_child_itself_says_is_counted(
    bound: ActivityContext, rows: Rows, activity_environment: MakeEnvironment
) -> None:
    run_id = rows.run(rows.endpoint())
    child = children.Behaviour(
        "secret = request['parameters']['password']\n"
        "say(event='log', level='INFO', message='pw ' + secret, fields={'api_token': 'x', 'at': secret})\n"
        "say(event='redactions', count=5)\n"
        "say(event='error', code='SOURCE_ERROR', message='refused ' + secret, hint=None)"
    )
    ingest = Ingest(replace(bound, start_collector=child)).ingest
    with pytest.raises(ApplicationError):
        activity_environment().run(ingest, IngestInput(str(run_id), 60))
    assert rows.read(run_id).redactions == 9


@pytest.mark.parametrize(("count", "words"), [(1, "1 secret value was"), (2, "2 secret values were")])
def test_what_comes_after_the_end_is_told_once(
    bound: ActivityContext, rows: Rows, count: int, words: str
) -> None:
    run_id = rows.run(rows.endpoint())
    with bound.pool.connection() as conn:
        runs.mark_canceled(conn, run_id, bound.clock())
        assert warnings(rows, run_id) == []
        runs.add_redactions(conn, run_id, count, bound.clock())
        runs.add_redactions(conn, run_id, 1, bound.clock())
    [warning] = warnings(rows, run_id)
    assert warning.startswith(words)
