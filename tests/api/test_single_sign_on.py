"""A browser goes to a real provider and comes back, over HTTP; and all that may go wrong on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from app.core.domain.secrets import SecretBox
from app.services.single_sign_on import provider as provider_module
from app.web.attempt_cookie import NAME, PURPOSE
from tests.api.conftest import Muster, refusing_port, running_muster
from tests.api.seed import SECRET_KEY
from tests.oidc import CLIENT_SECRET, HOST, LocalProvider, serving
from tests.stack import wait_until

# what the provider's own library says of itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib")

SECONDS = 10
START, CALLBACK = "/auth/oidc/start", "/auth/oidc/callback"


@dataclass
class Browser:
    """A person's browser, which does not follow redirects by itself."""

    muster: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, address: str) -> requests.Response:
        """The answer to a path of Muster's, or to any address."""
        url = address if address.startswith("http") else self.muster + address
        return self.session.get(url, allow_redirects=False, timeout=SECONDS)

    def at_provider(self, next_path: str | None = None) -> str:
        """Begin to sign in; the address at the provider that the browser is sent to."""
        answer = self.get(START + (f"?next={next_path}" if next_path is not None else ""))
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def signed_in_there(self, address: str, subject: str) -> str:
        """Sign in at the provider; the address at Muster that it sends the browser back to."""
        answer = self.session.post(address, data={"sub": subject}, allow_redirects=False, timeout=SECONDS)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def sign_in(self, subject: str, next_path: str | None = None) -> requests.Response:
        """The whole way; the answer to the browser's coming back."""
        return self.get(self.signed_in_there(self.at_provider(next_path), subject))

    @property
    def viewer(self) -> dict[str, str] | None:
        """Whom Muster takes the browser for."""
        viewer: dict[str, str] | None = self.get("/auth/session").json()["viewer"]
        return viewer


@pytest.fixture(scope="module")
def running_provider() -> Iterator[LocalProvider]:
    """A provider with an editor called Ann, and Bob who may do nothing."""
    provider = LocalProvider()
    provider.set_user("ann", roles=["writer"], preferred_username="Ann")
    provider.set_user("bob", preferred_username="Bob")
    with provider.serving():
        yield provider


@pytest.fixture
def provider(running_provider: LocalProvider) -> Iterator[LocalProvider]:
    """The same; how it makes its tokens may be changed for one test."""
    yield running_provider
    running_provider.signed_access_tokens = None
    running_provider.make_id_token = running_provider.sign


@contextmanager
def at_muster(database: str, **settings: str) -> Iterator[tuple[str, Muster]]:
    """The address of a Muster that is served over HTTP, and it."""
    with running_muster(database, **settings) as muster, serving(muster.client.application) as port:
        yield f"http://{HOST}:{port}", muster


@pytest.fixture(scope="module")
def muster(running_provider: LocalProvider, idle_database: str) -> Iterator[tuple[str, Muster]]:
    """A Muster that knows the provider: its address, and it."""
    with at_muster(idle_database, **running_provider.settings()) as running:
        yield running


@pytest.fixture
def person(muster: tuple[str, Muster]) -> Browser:
    """A browser that nobody has used yet."""
    return Browser(muster[0])


def test_a_browser_signs_in(person: Browser, muster: tuple[str, Muster]) -> None:
    address = person.at_provider("/catalog?page=2")
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == [person.muster + CALLBACK]
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == len(asked["code_challenge"][0]) == 43

    answer = person.get(person.signed_in_there(address, "ann"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/catalog?page=2")
    assert answer.headers["Cache-Control"] == "no-store"
    assert person.viewer == {"name": "Ann", "role": "EDITOR", "identity": "oidc:ann"}
    assert NAME not in person.session.cookies
    assert last_event(muster[1]) == ("signIn", "oidc:ann", "SUCCEEDED", "SINGLE_SIGN_ON")


def test_the_cookie_of_the_way_there_is_sealed_and_short_lived(person: Browser) -> None:
    answer = person.get(START)
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"))
    state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
    assert state not in cookie


def test_over_https_the_cookie_is_for_this_host_alone(provider: LocalProvider, idle_database: str) -> None:
    settings = provider.settings(MUSTER_PUBLIC_URL="https://muster.example.com")
    with at_muster(idle_database, **settings) as (address, _):
        answer = Browser(address).get(START)
        assert answer.headers["Set-Cookie"].startswith(f"__Host-{NAME}=")
        assert "Secure" in answer.headers["Set-Cookie"]
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert asked["redirect_uri"] == ["https://muster.example.com" + CALLBACK]


SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "Keycloak": ("realm_access.roles", {"realm_access": {"roles": ["offline_access", "writer"]}}),
    "Keycloak, of a client": (
        "resource_access.muster.roles",
        {"resource_access": {"muster": {"roles": ["writer"]}}},
    ),
    "Entra": ("roles", {"roles": ["writer", "reader"]}),
    "Google, by groups": ("groups", {"groups": ["all@example.com", "editors@example.com"]}),
    "Auth0": ("https://example.com/roles", {"https://example.com/roles": ["writer"]}),
    "one text": ("role", {"role": "writer"}),
}


@pytest.mark.parametrize(("claim", "claims"), SHAPES.values(), ids=SHAPES.keys())
def test_roles_are_found_where_providers_put_them(
    claim: str, claims: dict[str, Any], provider: LocalProvider, idle_database: str
) -> None:
    provider.set_user("eve", **claims)
    role_map = "reader=VIEWER,writer=EDITOR,editors@example.com=EDITOR"
    settings = provider.settings(MUSTER_OIDC_ROLE_CLAIM=claim, MUSTER_OIDC_ROLE_MAP=role_map)
    with at_muster(idle_database, **settings) as (address, muster):
        person = Browser(address)
        assert person.sign_in("eve").status_code == 303
        assert person.viewer == {"name": "eve", "role": "EDITOR", "identity": "oidc:eve"}
        answer = muster.post({"query": "{ viewer { role } }"}, provider.sign(provider.claims(**claims)))
        assert answer["data"] == {"viewer": {"role": "EDITOR"}}


def test_the_provider_is_asked_for_the_role_every_day(muster: tuple[str, Muster], person: Browser) -> None:
    def let_pass(time: str) -> None:
        muster[1].connection.execute(
            """UPDATE browser_sessions SET expires_at = expires_at - %(time)s::interval,
               ends_at = ends_at - %(time)s::interval""",
            {"time": time},
        )

    assert person.sign_in("ann").status_code == 303
    for _ in range(2):
        let_pass("11 hours 59 minutes")
        assert person.viewer is not None
    let_pass("2 minutes")
    assert person.viewer is None


def test_roles_may_stand_in_the_access_token_only(person: Browser, provider: LocalProvider) -> None:
    provider.signed_access_tokens = {"roles": ["admin"]}
    assert person.sign_in("bob").status_code == 303
    assert person.viewer == {"name": "Bob", "role": "ADMIN", "identity": "oidc:bob"}


def test_an_access_token_of_another_person_brings_no_role(person: Browser, provider: LocalProvider) -> None:
    provider.signed_access_tokens = {"roles": ["admin"], "sub": "ann"}
    assert_refused(person, person.sign_in("bob"), 403, "You have no role in Muster")


def test_who_has_no_role_is_told_so(person: Browser, muster: tuple[str, Muster]) -> None:
    assert_refused(person, person.sign_in("bob"), 403, "You have no role in Muster")
    assert last_event(muster[1]) == ("signIn", None, "REFUSED", "SINGLE_SIGN_ON")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%5cevil.example",
        "/x%0d%0aSet-Cookie:%20a=b",
        "%20//evil.example",
        "javascript:alert(1)",
        "catalog",
        "",
        "/" + "x" * 1000,
        "/caf%C3%A9",
    ],
)
def test_no_path_leads_elsewhere(elsewhere: str, person: Browser) -> None:
    assert person.sign_in("ann", elsewhere).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/", "/catalog", "/runs/1?tab=log#end", "/a//b", "/%2F%2Fevil.example"])
def test_a_path_of_its_own_is_shown(path: str, person: Browser) -> None:
    given = path.replace("%", "%25").replace("#", "%23")
    assert person.sign_in("ann", given).headers["Location"] == path


def test_what_another_browser_began_is_refused(person: Browser) -> None:
    attacker = Browser(person.muster)
    way_back = attacker.signed_in_there(attacker.at_provider(), "ann")
    assert_refused(person, person.get(way_back), 400, "cannot be finished")
    person.at_provider()
    assert_refused(person, person.get(way_back), 400, "cannot be finished")


def test_a_way_back_is_gone_once(person: Browser) -> None:
    way_back = person.signed_in_there(person.at_provider(), "ann")
    kept = dict(person.session.cookies)
    assert person.get(way_back).status_code == 303
    assert person.get(way_back).status_code == 400
    thief = Browser(person.muster)
    thief.session.cookies.update(kept)
    assert_refused(thief, thief.get(way_back), 403, "You are not signed in")


def test_the_code_of_another_browser_is_refused(person: Browser) -> None:
    attacker = Browser(person.muster)
    stolen = code_in(person.signed_in_there(person.at_provider(), "ann"))
    own = attacker.signed_in_there(attacker.at_provider(), "bob")
    assert_refused(attacker, attacker.get(own.replace(code_in(own), stolen)), 403, "You are not signed in")


def test_the_provider_may_say_no(person: Browser) -> None:
    state = parse_qs(urlsplit(person.at_provider()).query)["state"][0]
    text = "<script>alert(1)</script>"
    answer = person.get(f"{CALLBACK}?error=access_denied&error_description={text}&state={state}")
    assert_refused(person, answer, 403, "You are not signed in")
    assert "script" not in answer.text
    assert "access_denied" not in answer.text


@pytest.mark.parametrize("query", ["", "?state=", "?code=abc", "?state=%C3%A9&code=abc", "?error=<b>"])
def test_a_way_back_without_a_state_is_refused(query: str, person: Browser) -> None:
    person.at_provider()
    answer = person.get(CALLBACK + query)
    assert_refused(person, answer, 400, "cannot be finished")
    assert "<b>" not in answer.text


def test_a_way_back_without_a_code_is_refused(person: Browser) -> None:
    state = parse_qs(urlsplit(person.at_provider()).query)["state"][0]
    assert_refused(person, person.get(f"{CALLBACK}?state={state}"), 403, "You are not signed in")


def test_a_cookie_that_was_edited_is_refused(person: Browser) -> None:
    way_back = person.signed_in_there(person.at_provider(), "ann")
    sealed = person.session.cookies[NAME]
    for edited in ("", sealed[:-1], "A" + sealed[1:], sealed[:40] + "_" + sealed[41:], "é", "x" * 3000):
        answer = requests.get(
            way_back, headers={"Cookie": f"{NAME}={edited}".encode()}, allow_redirects=False, timeout=SECONDS
        )
        assert answer.status_code == 400


@pytest.mark.parametrize("content", ['{"purpose": "another"}', "[]", "null", "a password"])
def test_what_was_sealed_for_another_purpose_is_refused(content: str, person: Browser) -> None:
    way_back = person.signed_in_there(person.at_provider(), "ann")
    sealed = SecretBox([SECRET_KEY]).seal({PURPOSE: content})[PURPOSE]
    person.session.cookies.clear()
    person.session.cookies.set(NAME, sealed)
    assert_refused(person, person.get(way_back), 400, "cannot be finished")


Claims = dict[str, Any]
FORGED: dict[str, Callable[[LocalProvider, Claims], str]] = {
    "another nonce": lambda p, c: p.sign({**c, "nonce": "another"}),
    "no nonce": lambda p, c: p.sign({k: v for k, v in c.items() if k != "nonce"}),
    "another audience": lambda p, c: p.sign({**c, "aud": "somebody-else"}),
    "another audience, on our behalf": lambda p, c: p.sign({**c, "aud": "somebody-else", "azp": "muster"}),
    "made out to another client": lambda p, c: p.sign({**c, "azp": "somebody-else"}),
    "another issuer": lambda p, c: p.sign({**c, "iss": "https://elsewhere.example"}),
    "expired": lambda p, c: p.sign({**c, "exp": c["iat"] - 60}),
    "no expiry": lambda p, c: p.sign({k: v for k, v in c.items() if k != "exp"}),
    "no subject": lambda p, c: p.sign({k: v for k, v in c.items() if k != "sub"}),
    "of another access token": lambda p, c: p.sign({**c, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    "another key": lambda p, c: jwt.encode({"alg": "RS256", "kid": p.key.kid}, c, RSAKey.generate_key()),
    "signed with the client's secret": lambda p, c: jwt.encode(
        {"alg": "HS256", "kid": p.key.kid}, c, OctKey.import_key(CLIENT_SECRET)
    ),
    "no token": lambda p, c: "",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    forge: Callable[[LocalProvider, Claims], str], person: Browser, provider: LocalProvider
) -> None:
    provider.make_id_token = lambda claims: forge(provider, claims)
    assert_refused(person, person.sign_in("ann"), 403, "You are not signed in")


def test_a_provider_that_is_away_is_said_to_be(idle_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module, "ASK_SECONDS", 0.2)
    provider = LocalProvider()
    provider.port = refusing_port()
    provider.set_user("ann", roles=["reader"])
    with at_muster(idle_database, **provider.settings()) as (address, _):
        person = Browser(address)
        assert_refused(person, person.get(START), 503, "cannot be reached")
        with provider.serving():
            wait_until(lambda: person.get(START).status_code == 302, SECONDS)
            assert person.sign_in("ann").status_code == 303
            other = Browser(address)
            way_back = other.signed_in_there(other.at_provider(), "ann")
        assert_refused(other, other.get(way_back), 503, "cannot be reached")
        assert person.viewer == {"name": "ann", "role": "VIEWER", "identity": "oidc:ann"}


def test_without_a_provider_there_is_no_such_way(idle_muster: Muster) -> None:
    assert idle_muster.client.get("/auth/session").json == {
        "viewer": None,
        "csrfToken": None,
        "singleSignOn": False,
    }
    assert "Location" not in idle_muster.client.get(START).headers


def last_event(muster: Muster) -> tuple[Any, ...]:
    columns = "action, identity, outcome, after->>'method'"
    return muster.select(f"SELECT {columns} FROM audit_events ORDER BY id DESC LIMIT 1")[0]


def code_in(way_back: str) -> str:
    return parse_qs(urlsplit(way_back).query)["code"][0]


def assert_refused(person: Browser, answer: requests.Response, status: int, words: str) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert words in answer.text
    assert person.viewer is None
