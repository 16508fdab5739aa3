"""How large a request may be, and how long it may take."""

import gzip
import json
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.api.conftest import TOKEN, Muster, refusing_port, running_muster
from tests.api.seed import SECRET_KEY
from tests.raw_http import RawHttp, parse_answer, running_web

LIMIT = 100_000
HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: muster\r\nConnection: close\r\nContent-Type: application/json\r\n"
    b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"
)


@pytest.fixture(scope="module")
def web(idle_database: str) -> Iterator[RawHttp]:
    with running_web(
        DATABASE_URL=idle_database,
        TEMPORAL_ADDRESS=f"127.0.0.1:{refusing_port()}",
        MUSTER_ADMIN_TOKEN=TOKEN,
        MUSTER_SECRET_KEYS=SECRET_KEY,
    ) as running:
        yield running


def body(size: int) -> bytes:
    """A request of so many bytes."""
    text = json.dumps({"query": "{ viewer { name } }", "variables": {"filling": ""}})
    return text.replace('""', '"' + "x" * (size - len(text)) + '"').encode()


def with_length(content: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(content) + content


def in_chunks(content: bytes) -> bytes:
    parts = (content[start : start + 10_000] for start in range(0, len(content), 10_000))
    chunks = b"".join(b"%x\r\n" % len(part) + part + b"\r\n" for part in parts)
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


@pytest.mark.parametrize("write", [with_length, in_chunks])
def test_a_body_may_be_so_large_and_no_larger(write: Callable[[bytes], bytes], web: RawHttp) -> None:
    allowed = parse_answer(web.send(write(body(LIMIT))))
    assert (allowed.status, json.loads(allowed.body)["data"]) == (200, {"viewer": {"name": "admin"}})
    refused = parse_answer(web.send(write(body(LIMIT + 1))))
    (error,) = json.loads(refused.body)["errors"]
    assert refused.status == 413
    assert error == {
        "message": "The request body is too large; the limit is 100,000 bytes.",
        "extensions": {"code": "E_LIMIT"},
    }


def test_a_compressed_body_is_refused(idle_muster: Muster) -> None:
    response = idle_muster.client.post(
        "/graphql",
        data=gzip.compress(body(1000)),
        content_type="application/json",
        headers={"Content-Encoding": "gzip", "Authorization": f"Bearer {TOKEN}"},
    )
    assert response.status_code == 415
    assert response.json is not None
    assert response.json["errors"][0]["extensions"]["code"] == "E_BAD_INPUT"


@pytest.mark.parametrize(
    "query",
    [
        "{ a: endpoints { id } b: endpoints { id } c: endpoints { id } }",
        "mutation { a: deleteEndpoint(id: ID) b: deleteEndpoint(id: ID) c: deleteEndpoint(id: ID) }",
    ],
    ids=["query", "mutation"],
)
def test_a_request_waits_only_so_long_for_the_database(query: str, idle_database: str) -> None:
    query = query.replace("ID", '"00000000-0000-4000-8000-000000000000"')
    with (
        running_muster(idle_database, MUSTER_REQUEST_TIMEOUT_SECONDS="1") as muster,
        psycopg.connect(idle_database) as other,
    ):
        other.execute("LOCK TABLE metadata_endpoints")
        began = time.monotonic()
        errors = muster.post({"query": query})["errors"]
        took = time.monotonic() - began
    assert {error["extensions"]["code"] for error in errors} == {"E_LIMIT"}
    assert {error["message"] for error in errors} == {"The request took longer than 1 s."}
    assert took < 3, "one statement's wait, not three"
