"""What is answered over HTTP: tokens, methods, bodies, limits, and errors that nobody foresaw."""

import json
import logging
import time

import psycopg
import pytest
from graphql import get_introspection_query

from app.cli.embedded_postgres import SUPERUSER, EmbeddedPostgres
from app.core.db import endpoints
from tests.api.conftest import TOKEN, Muster, running_muster
from tests.conftest import fresh_database

HEALTH = "{ health { status version } }"
JSON = "application/json"


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "x", "ü"])
@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { name } }",
        "{ health { status } viewer { name } }",
        "{ ...F } fragment F on Query { health { status } }",
        "{ __schema { types { name } } }",
        '{ __type(name: "Query") { name } }',
        'mutation { deleteEndpoint(id: "x") }',
        "{ nothing }",
        "{ health {",
        "query A { health { status } } query B { viewer { name } }",
    ],
)
def test_nothing_but_health_is_answered_without_the_token(
    query: str, token: str | None, idle_muster: Muster
) -> None:
    answer = idle_muster.post({"query": query}, token)
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["E_AUTH_REQUIRED"]


@pytest.mark.parametrize("token", [None, "wrong", TOKEN])
def test_health_is_answered_to_anybody(token: str | None, idle_muster: Muster) -> None:
    assert idle_muster.post({"query": HEALTH}, token)["data"]["health"]["status"] == "ok"


def test_the_token_is_taken_as_a_bearer_only(idle_muster: Muster) -> None:
    for header in (TOKEN, f"Basic {TOKEN}", f"Bearer{TOKEN}"):
        response = idle_muster.client.post(
            "/graphql", json={"query": "{ viewer { name } }"}, headers={"Authorization": header}
        )
        assert json.loads(response.data)["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"


def test_the_viewer_is_the_admin(idle_muster: Muster) -> None:
    assert idle_muster.ask("{ viewer { name role } }") == {"name": "admin", "role": "ADMIN"}


def test_the_schema_can_be_asked_for_with_the_token(idle_muster: Muster) -> None:
    assert idle_muster.ask(get_introspection_query())["queryType"]["name"] == "Query"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_pointed_to_post(method: str, idle_muster: Muster) -> None:
    response = idle_muster.client.open("/graphql", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "POST /graphql" in json.loads(response.data)["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", JSON, 400, "E_BAD_INPUT"),
        ("", JSON, 400, "E_BAD_INPUT"),
        (b"\xff\xfe", JSON, 400, "E_BAD_INPUT"),
        ('{"query": NaN}', JSON, 400, "E_BAD_INPUT"),
        ('{"query": ' + "9" * 5000 + "}", JSON, 400, "E_BAD_INPUT"),
        (json.dumps({"query": HEALTH}), "text/plain", 415, "E_BAD_INPUT"),
        (json.dumps({"query": HEALTH}), "multipart/form-data", 415, "E_BAD_INPUT"),
        ("[" * 100_001, JSON, 413, "E_LIMIT"),
        ("[" * 100_000, JSON, 200, "E_BAD_INPUT"),
        ("[]", JSON, 200, "E_BAD_INPUT"),
        ("null", JSON, 200, "E_BAD_INPUT"),
        ("{}", JSON, 200, "E_BAD_INPUT"),
        ('{"query": 5, "variables": []}', JSON, 200, "E_BAD_INPUT"),
        (json.dumps({"query": HEALTH, "operationName": "Other"}), JSON, 200, "E_BAD_INPUT"),
        (json.dumps({"query": "subscription { health }"}), JSON, 200, "E_BAD_INPUT"),
        (json.dumps({"query": "{ health { status(a: 1) } }"}), JSON, 200, "E_BAD_INPUT"),
        (json.dumps({"query": '{ endpoint(id: "\ud800") { id } }'}), JSON, 200, "E_BAD_INPUT"),
        (json.dumps({"query": "{ \0 }"}), JSON, 200, "E_BAD_INPUT"),
        (json.dumps({"query": "{ a" * 3000 + "}" * 3000}), JSON, 200, "E_LIMIT"),
        (json.dumps({"query": "{" + " health { status }" * 5000 + "}"}), JSON, 200, "E_LIMIT"),
        (
            json.dumps({"query": '{ endpoints(labels: ["a", ' + "[" * 2000 + "]" * 2000 + "]) { id } }"}),
            JSON,
            200,
            "E_LIMIT",
        ),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(
    body: str | bytes, content_type: str, status: int, code: str, idle_muster: Muster
) -> None:
    response = idle_muster.client.post(
        "/graphql", data=body, content_type=content_type, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert response.status_code == status
    (error,) = json.loads(response.data)["errors"]
    assert error["extensions"]["code"] == code
    assert 0 < len(error["message"]) <= 501


def test_a_document_may_chain_fragments_only_so_far(idle_muster: Muster) -> None:
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(1000))
    query = "{ ...F0 } " + chain + "fragment F1000 on Query { viewer { name } }"
    assert idle_muster.post({"query": query})["errors"][0]["extensions"]["code"] == "E_LIMIT"


def test_what_nobody_foresaw_is_logged_once_and_not_told(
    idle_muster: Muster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("SELECT hunter-2 FROM secrets")

    monkeypatch.setattr(endpoints, "list_endpoints", broken)
    request = {"query": "{ endpoints { id } }", "variables": {"p": {"password": "hunter-2"}}}
    with caplog.at_level(logging.ERROR):
        answer = idle_muster.post(request)
    (error,) = answer["errors"]
    assert error["message"] == "Internal error"
    assert error["path"] == ["endpoints"]
    assert set(error["extensions"]) == {"code", "logId"}
    (record,) = caplog.records
    assert vars(record)["log_id"] == error["extensions"]["logId"]
    assert "ZeroDivisionError" in vars(record)["trace"]
    assert "hunter-2" not in vars(record)["trace"]


def test_a_database_error_shows_no_sql(muster: Muster) -> None:
    muster.connection.execute("ALTER TABLE metadata_endpoints RENAME TO put_away")
    answer = muster.post({"query": "{ endpoints { id } health { status } }"})
    (error,) = answer["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("Internal error", "E_INTERNAL")
    assert "metadata_endpoints" not in str(answer)


def test_connections_that_broke_are_replaced(idle_muster: Muster) -> None:
    idle_muster.ask("{ endpoints { id } }")
    idle_muster.select(
        """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
           WHERE application_name = 'muster-web' AND datname = current_database()"""
    )
    assert idle_muster.ask("{ endpoints { id } }") == []


def test_a_database_that_is_away_is_said_to_be(
    postgres_cluster: EmbeddedPostgres, template_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        fresh_database(postgres_cluster, template_database) as url,
        running_muster(url, MUSTER_DB_WAIT_SECONDS="0.2") as muster,
    ):
        muster.ask("{ endpoints { id } }")
        with psycopg.connect(postgres_cluster.url(SUPERUSER, "postgres"), autocommit=True) as superuser:
            [name] = muster.select("SELECT quote_ident(current_database())")[0]
            superuser.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            began = time.monotonic()
            answer = muster.post({"query": "{ endpoints { id } health { status } }"})
            assert time.monotonic() - began < 5
            superuser.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    (error,) = answer["errors"]
    log_id = error["extensions"].pop("logId")
    assert error["message"] == "Muster’s database does not answer. Try again shortly."
    assert error["extensions"] == {"code": "E_INTERNAL", "service": "POSTGRES"}
    assert log_id in {vars(record).get("log_id") for record in caplog.records}


def test_a_page_says_where_the_api_is(idle_muster: Muster) -> None:
    response = idle_muster.client.get("/")
    assert response.status_code == 200
    assert "/graphql" in response.text
    assert "<script" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/auth.py", "/../factory.py", "/landing.html", "/nothing"])
def test_no_other_file_is_served(path: str, idle_muster: Muster) -> None:
    assert idle_muster.client.get(path).status_code == 404


def test_the_process_says_that_it_is_alive(idle_muster: Muster) -> None:
    response = idle_muster.client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})
