"""What is fetched from a provider, how often, and how little of a bad one is endured."""

import gzip
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet, OctKey, RSAKey
from joserfc.util import urlsafe_b64encode

from app.core.config_sections import SingleSignOn
from app.core.domain.auth import Role
from app.services.single_sign_on import transport
from app.services.single_sign_on.provider import (
    ASK_SECONDS,
    KEEP_SECONDS,
    Provider,
    ProviderUnavailable,
    address_in,
    fetch_documents,
)
from app.services.single_sign_on.tokens import MAX_BEARER_LENGTH, Bearers, InvalidToken, read_signed
from tests.api.conftest import refusing_port
from tests.oidc import CLIENT_ID, CLIENT_SECRET, HOST, LocalProvider, serving

# joserfc would have EdDSA called by the name of its curve, which providers do not do yet
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")


@dataclass
class Clock:
    """A clock that is put forward by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def settings_of(issuer: str) -> SingleSignOn:
    return SingleSignOn(
        issuer=issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        audience=CLIENT_ID,
        scopes="openid",
        role_claim=("roles",),
        role_map={"admin": Role.ADMIN},
    )


@pytest.fixture
def local() -> Iterator[LocalProvider]:
    provider = LocalProvider()
    with provider.serving():
        provider.asked.clear()
        yield provider


def asked_for_keys(local: LocalProvider) -> int:
    return local.asked.count("/jwks")


def test_keys_are_asked_for_once_and_again_when_they_are_old(local: LocalProvider) -> None:
    clock = Clock()
    provider = Provider(settings_of(local.issuer), clock)
    for _ in range(3):
        provider.keys_for(str(local.key.kid))
        clock.now += KEEP_SECONDS / 3 - 1
    assert asked_for_keys(local) == 1
    clock.now += 3
    provider.keys_for(str(local.key.kid))
    assert asked_for_keys(local) == 2


def test_a_key_that_was_withdrawn_ends_with_what_is_kept(local: LocalProvider) -> None:
    clock = Clock()
    provider = Provider(settings_of(local.issuer), clock)
    bearers, token = Bearers(provider), local.sign(local.claims(roles=["admin"]))
    assert bearers.find_viewer(token) is not None
    local.rotate()
    assert bearers.find_viewer(token) is not None
    clock.now += KEEP_SECONDS
    assert bearers.find_viewer(token) is None


def test_a_token_that_is_too_long_is_not_looked_at(local: LocalProvider) -> None:
    bearers = Bearers(Provider(settings_of(local.issuer)))
    token = local.sign(local.claims(roles=["admin"], padding="x" * MAX_BEARER_LENGTH))
    assert bearers.find_viewer(token) is None
    assert local.asked == []


def test_an_unknown_key_is_asked_for_no_more_often_than_the_pause_allows(local: LocalProvider) -> None:
    clock = Clock()
    provider = Provider(settings_of(local.issuer), clock)
    for _ in range(10):
        provider.keys_for("unknown")
    assert asked_for_keys(local) == 1
    clock.now += ASK_SECONDS
    for _ in range(10):
        provider.keys_for("unknown")
    assert asked_for_keys(local) == 2


def test_threads_that_all_need_the_keys_wait_for_one_request(local: LocalProvider) -> None:
    provider = Provider(settings_of(local.issuer))
    found: list[bool] = []
    together = threading.Barrier(16)

    def ask() -> None:
        together.wait()
        found.append(provider.documents().has_key(str(local.key.kid)))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 16
    assert asked_for_keys(local) == 1


def test_a_provider_that_is_away_is_not_asked_each_time() -> None:
    clock = Clock()
    local = LocalProvider()
    local.port = refusing_port()
    provider = Provider(settings_of(local.issuer), clock)
    with pytest.raises(ProviderUnavailable):
        provider.documents()
    with local.serving():
        with pytest.raises(ProviderUnavailable):
            provider.documents()
        clock.now += ASK_SECONDS
        assert provider.documents().has_key(str(local.key.kid))
    clock.now += KEEP_SECONDS
    assert provider.documents().has_key(str(local.key.kid))


Wsgi = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


def answering(documents: dict[str, Any]) -> Wsgi:
    """A provider that says exactly this at each path."""

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(documents[environ["PATH_INFO"]]).encode()]

    return app


def documents_of(issuer: str, keys: Any, changed: dict[str, Any] | None = None) -> dict[str, Any]:
    said = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        **(changed or {}),
    }
    return {"/.well-known/openid-configuration": said, "/keys": {"keys": keys}}


def test_only_keys_to_sign_with_count_and_a_bad_one_spoils_no_other() -> None:
    good = RSAKey.generate_key(parameters={"kid": "good"}).as_dict(private=False)
    keys: list[Any] = [
        {**good, "kid": "for encryption", "use": "enc"},
        OctKey.generate_key(parameters={"kid": "symmetric"}).as_dict(private=True),
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "kid": "of numbers", "n": 1, "e": 2},
        {"kty": "EC", "kid": "off the curve", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "AKP", "kid": "of the future"},
        "no key",
        None,
        good,
    ]
    port = refusing_port()
    issuer = f"http://{HOST}:{port}"
    with serving(answering(documents_of(issuer, keys)), port):
        documents = fetch_documents(settings_of(issuer))
    assert [key.kid for key in documents.keys] == ["good"]


UNUSABLE: dict[str, Any] = {
    "another issuer": {"issuer": "https://elsewhere.example"},
    "a slash more": {"issuer": "{issuer}/"},
    "no issuer": {"issuer": None},
    "no keys": {"jwks_uri": None},
    "keys in a file": {"jwks_uri": "file:///etc/passwd"},
    "no place for codes": {"token_endpoint": ""},
    "a sign-in that is a script": {"authorization_endpoint": "javascript:alert(1)"},
}


@pytest.mark.parametrize("changed", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_provider_that_says_something_else_is_not_used(changed: dict[str, Any]) -> None:
    port = refusing_port()
    issuer = f"http://{HOST}:{port}"
    changed = {name: value and value.format(issuer=issuer) for name, value in changed.items()}
    with serving(answering(documents_of(issuer, [], changed)), port), pytest.raises(ProviderUnavailable):
        fetch_documents(settings_of(issuer))


def test_an_issuer_with_https_leads_to_https_only() -> None:
    issuer = "https://login.example"
    said = documents_of(issuer, [])["/.well-known/openid-configuration"]
    unsafe = {**said, "token_endpoint": "http://login.example/token"}
    settings = settings_of(issuer)
    assert address_in(said, "token_endpoint", settings) == f"{issuer}/token"
    with pytest.raises(ProviderUnavailable):
        address_in(unsafe, "token_endpoint", settings)


@dataclass
class Endless:
    """A provider that begins an answer and never ends it; `given_up` is set when nobody listens any more."""

    first: bytes
    rest: bytes
    given_up: threading.Event

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        yield self.first
        try:
            while not self.given_up.wait(0.02):
                yield self.rest
        finally:
            self.given_up.set()


def plain(status: str, body: bytes, **headers: str) -> Wsgi:
    """A provider that says the same to everybody."""

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start(status, [(name.replace("_", "-"), value) for name, value in headers.items()])
        return [body]

    return app


BAD_ANSWERS: dict[str, Wsgi] = {
    "not there": plain("404 Not Found", b"{}"),
    "an error": plain("500 Internal Server Error", b"{}"),
    "no JSON": plain("200 OK", b"<html>"),
    "no object": plain("200 OK", b"[]"),
    "nothing": plain("200 OK", b""),
    "nested too deeply": plain("200 OK", b"[" * 100_000),
    "badly packed": plain("200 OK", b"no gzip", Content_Encoding="gzip"),
    "cut off": plain("200 OK", b"{}", Content_Length="3000"),
    "endless": Endless(b"{", b" " * 10_000, threading.Event()),
    "byte after byte": Endless(b"{", b" ", threading.Event()),
    "silent": Endless(b"{", b"", threading.Event()),
}


@pytest.mark.parametrize("app", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_a_bad_answer_costs_little(app: Wsgi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.2)
    with serving(app) as port:
        try:
            with pytest.raises(ProviderUnavailable):
                fetch_documents(settings_of(f"http://{HOST}:{port}"))
        finally:
            if isinstance(app, Endless):
                app.given_up.set()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("length", "is_used"), [(100_000, True), (300_000, False)])
def test_an_answer_is_read_up_to_a_limit(length: int, is_used: bool, packed: bool) -> None:
    port = refusing_port()
    issuer = f"http://{HOST}:{port}"
    documents = documents_of(issuer, [], {"padding": "x" * length})

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = json.dumps(documents[environ["PATH_INFO"]]).encode()
        start("200 OK", [("Content-Encoding", "gzip" if packed else "identity")])
        return [gzip.compress(body) if packed else body]

    with serving(app, port), nullcontext() if is_used else pytest.raises(ProviderUnavailable):
        assert fetch_documents(settings_of(issuer)).token_endpoint == f"{issuer}/token"


def test_no_redirect_is_followed(local: LocalProvider) -> None:
    with (
        serving(plain("302 Found", b"{}", Location=f"{local.issuer}/jwks")) as port,
        pytest.raises(ProviderUnavailable),
    ):
        fetch_documents(settings_of(f"http://{HOST}:{port}"))
    assert local.asked == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
HEADERS = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c", "enc", "zip"]),
    JSON | st.sampled_from(["RS256", "ES256", "EdDSA", "HS256", "none", "JWT", "at+jwt", "the key"]),
)


@given(header=HEADERS | JSON, payload=JSON, signature=st.binary(max_size=300))
def test_whatever_is_sent_is_an_invalid_token_at_most(header: Any, payload: Any, signature: bytes) -> None:
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    assert_invalid(".".join(urlsafe_b64encode(part).decode() for part in parts))


@given(text=st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", fullmatch=True))
def test_whatever_is_written_is_an_invalid_token_at_most(text: str) -> None:
    assert_invalid(text)


def test_a_header_that_is_nested_too_deeply_is_an_invalid_token() -> None:
    assert_invalid(f"{urlsafe_b64encode(b'[' * 700).decode()}.e30.AAAA")
    assert_invalid(f"{urlsafe_b64encode(b'[' * 100_000).decode()}.e30.AAAA")


class WithOneKey(Provider):
    """A provider whose only key is known already."""

    def __init__(self) -> None:
        super().__init__(settings_of("http://localhost"))

    def keys_for(self, kid: str) -> KeySet:
        return KeySet([RSAKey.import_key(public_key(), {"kid": kid})])


@cache
def public_key() -> Any:
    return RSAKey.generate_key().as_dict(private=False)


def assert_invalid(text: str) -> None:
    with pytest.raises(InvalidToken):
        read_signed(text, WithOneKey())
