"""Requests that two readers could read differently, byte by byte, to the real web process."""

import json
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from tests.api.conftest import TOKEN, refusing_port
from tests.raw_http import RawHttp, parse_answer, running_web

HOST, CLOSE = b"Host: muster", b"Connection: close"
JSON = b"Content-Type: application/json"
CHUNKED = b"Transfer-Encoding: chunked"
QUERY = json.dumps({"query": "{ health { status } }"}).encode()
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n"


def post(*lines: bytes, body: bytes = b"", start: bytes = b"POST /graphql HTTP/1.1") -> bytes:
    """A request to the API; a second one follows its body."""
    return b"\r\n".join((start, HOST, JSON, *lines)) + b"\r\n\r\n" + body + SMUGGLED


def get(*lines: bytes, start: bytes = b"GET /healthz HTTP/1.1") -> bytes:
    """A request without a body; a second one follows it."""
    return b"\r\n".join((start, *lines)) + b"\r\n\r\n" + SMUGGLED


def chunk(size: bytes) -> bytes:
    return post(CHUNKED, body=size + b"\r\n" + QUERY + b"\r\n0\r\n\r\n")


LENGTH = b"Content-Length: %d" % len(QUERY)
REFUSED = {
    "length and chunks": (post(LENGTH, CHUNKED, body=QUERY), 400),
    "chunks and length": (post(CHUNKED, LENGTH, body=b"0\r\n\r\n"), 400),
    "two lengths": (post(LENGTH, b"Content-Length: 3", body=QUERY), 400),
    "one length twice": (post(LENGTH, LENGTH, body=QUERY), 400),
    "list of lengths": (post(b"Content-Length: 3, 3", body=QUERY), 400),
    "negative length": (post(b"Content-Length: -1", body=QUERY), 400),
    "signed length": (post(b"Content-Length: +3", body=QUERY), 400),
    "length with underscore": (post(b"Content-Length: 1_0", body=QUERY), 400),
    "hexadecimal length": (post(b"Content-Length: 0x3", body=QUERY), 400),
    "length of other digits": (post("Content-Length: ３".encode(), body=QUERY), 400),
    "space before the colon": (post(b"Content-Length : 3", body=QUERY), 400),
    "space before chunks' colon": (post(b"Transfer-Encoding : chunked", LENGTH, body=QUERY), 400),
    "chunks twice": (post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"), 400),
    "chunks and identity": (post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"), 400),
    "identity": (post(b"Transfer-Encoding: identity", body=QUERY), 400),
    "unknown coding": (post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), 501),
    "control in the coding": (post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"), 400),
    "chunks in HTTP/1.0": (post(CHUNKED, body=b"0\r\n\r\n", start=b"POST /graphql HTTP/1.0"), 400),
    "folded header": (get(HOST, b"X-Folded: a", b" b"), 400),
    "folded by a tab": (get(HOST, b"X-Folded: a", b"\tTransfer-Encoding: chunked"), 400),
    "line feed in a header": (get(HOST, b"X-Split: a\nX-Other: b"), 400),
    "carriage return in a header": (get(HOST, b"X-Split: a\rX-Other: b"), 400),
    "NUL in a header": (get(HOST, b"X-Cut: a\0b"), 400),
    "line feed in a token": (get(HOST, b"Authorization: Bearer a\nb"), 400),
    "no header name": (get(HOST, b": a"), 400),
    "no colon": (get(HOST, b"nonsense"), 400),
    "line breaks of one character": (SMUGGLED.replace(b"\r\n", b"\n") + b"\r\n\r\n", 400),
    "two hosts": (get(HOST, b"Host: other"), 400),
    "two content types": (post(b"Content-Type: text/plain", LENGTH, body=QUERY), 400),
    "control in the target": (get(HOST, start=b"GET /\x0bhealthz HTTP/1.1"), 400),
    "space in the target": (get(HOST, start=b"GET /a b HTTP/1.1"), 400),
    "unknown version": (get(HOST, start=b"GET /healthz HTTP/9.9"), 400),
    "no version": (get(HOST, start=b"GET /healthz"), 400),
    "method in small letters": (get(HOST, start=b"get /healthz HTTP/1.1"), 400),
    "long header": (get(HOST, b"X-Long: " + b"a" * 9000), 431),
    "token of 1 MB": (get(HOST, b"Authorization: Bearer " + b"a" * 1_000_000), 431),
    "many headers": (get(HOST, *(b"X-%d: a" % n for n in range(200))), 431),
    "long target": (get(HOST, start=b"GET /" + b"a" * 9000 + b" HTTP/1.1"), 414),
}
BAD_CHUNKS = {
    "hexadecimal prefix": b"0x2a",
    "sign": b"+2a",
    "negative": b"-1",
    "underscore": b"2_a",
    "no number": b"g",
    "nothing": b"",
    "space in front": b" 2a",
    "line feed": b"2a\n",
}
FORWARDED = {
    "proto": [b"X-Forwarded-Proto: https"],
    "ssl": [b"X-Forwarded-Ssl: on"],
    "protocol": [b"X-Forwarded-Protocol: ssl"],
    "forwarded": [b"Forwarded: proto=https;host=other"],
    "host": [b"X-Forwarded-Host: other", b"X-Forwarded-Proto: https"],
    "underscores": [b"X_Forwarded_Proto: https"],
    "the server's own variables": [b"SCRIPT_NAME: /x", b"PATH_INFO: /readyz", b"wsgi.url_scheme: https"],
}


@pytest.fixture(scope="module")
def web(idle_database: str) -> Iterator[RawHttp]:
    with running_web(
        DATABASE_URL=idle_database,
        TEMPORAL_ADDRESS=f"127.0.0.1:{refusing_port()}",
        MUSTER_ADMIN_TOKEN=TOKEN,
        MUSTER_SECRET_KEYS=Fernet.generate_key().decode(),
    ) as running:
        yield running


@pytest.mark.parametrize(("request_bytes", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_ambiguous_is_refused_and_nothing_behind_it_is_read(
    request_bytes: bytes, status: int, web: RawHttp
) -> None:
    received = web.send(request_bytes)
    assert received.count(b"HTTP/1.1 ") == 1
    answer = parse_answer(received)
    assert (answer.status, answer.headers["connection"]) == (status, "close")
    assert b'"ok"' not in answer.body


@pytest.mark.parametrize("size", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
def test_a_chunk_of_no_clear_size_is_refused(size: bytes, web: RawHttp) -> None:
    received = web.send(chunk(size))
    assert received.count(b"HTTP/1.1 ") == 1
    assert parse_answer(received).status == 400
    assert b'"ok"' not in received


def test_a_body_of_clear_chunks_is_read(web: RawHttp) -> None:
    sent = post(CHUNKED, CLOSE, body=b"%x\r\n" % len(QUERY) + QUERY + b"\r\n0\r\n\r\n")
    answer = parse_answer(web.send(sent))
    assert (answer.status, b'"ok"' in answer.body) == (200, True)


def test_a_body_that_nobody_reads_is_not_the_next_request(web: RawHttp) -> None:
    length = b"Content-Length: %d" % len(SMUGGLED)
    sent = get(HOST, length) + SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert web.send(sent).count(b"HTTP/1.1 200") == 2, "one for each request, none for the body"


@pytest.mark.parametrize("lines", FORWARDED.values(), ids=FORWARDED)
def test_what_only_a_proxy_may_say_is_not_believed(lines: list[bytes], web: RawHttp) -> None:
    answer = web.get(b"/healthz", *lines)
    assert (answer.status, answer.body.strip()) == (200, b'{"status":"ok"}')
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("host", [b"a, b", b"a b", b"user@a", b"a/b", b"<script>", b"", b"\xff", b"a:b:c"])
def test_a_strange_host_is_nobody_to_answer_with(host: bytes, web: RawHttp) -> None:
    received = web.send(b"\r\n".join((b"GET / HTTP/1.1", b"Host: " + host, CLOSE)) + b"\r\n\r\n")
    answer = parse_answer(received)
    assert answer.status in {200, 400}
    assert "location" not in answer.headers
    assert not host or host not in received


def test_the_server_tells_no_version(web: RawHttp) -> None:
    assert web.get(b"/healthz").headers["server"] == "gunicorn"
    assert "server" not in parse_answer(web.send(get(HOST, b"nonsense"))).headers
