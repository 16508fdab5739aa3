"""Programs with tokens that the provider has signed, and with what only looks like one."""

import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import Key, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode

from app.core.domain.auth import Role
from app.services.single_sign_on import provider as provider_module
from tests.api.conftest import Muster, refusing_port, running_muster
from tests.api.test_roles import OPERATIONS, Operation
from tests.oidc import LocalProvider
from tests.stack import wait_until

# some of these algorithms are made to be refused
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")

V, E, A = Role.VIEWER, Role.EDITOR, Role.ADMIN
ROLE_NAMES = {V: "reader", E: "writer", A: "admin"}
OF_EACH_ROLE = ["Query.endpoints", "Mutation.deleteEndpoint", "Query.apiTokens"]
VIEWER = "{ viewer { name role } }"
HOUR = 3600
MILLION = 1_000_000


@pytest.fixture(scope="module")
def provider() -> Iterator[LocalProvider]:
    """A provider that runs throughout."""
    provider = LocalProvider()
    with provider.serving():
        yield provider


@pytest.fixture(scope="module")
def muster(provider: LocalProvider, idle_database: str) -> Iterator[Muster]:
    """A Muster that takes the provider's tokens."""
    with running_muster(idle_database, **provider.settings()) as running:
        yield running


@pytest.fixture
def own_provider() -> LocalProvider:
    """A provider of one test's own, which is not served yet."""
    provider = LocalProvider()
    provider.port = refusing_port()
    return provider


@pytest.fixture
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider may be asked again soon."""
    monkeypatch.setattr(provider_module, "ASK_SECONDS", 0.2)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_a_signed_token_may_what_its_role_may(
    operation: Operation, role: Role, provider: LocalProvider, muster: Muster
) -> None:
    token = provider.sign(provider.claims(roles=[ROLE_NAMES[role]]))
    error = refusal(muster, operation.query, token)
    order = [None, V, E, A]
    if order.index(role) >= order.index(operation.role):
        assert error == operation.outcome
    else:
        assert error == "E_ROLE_FORBIDDEN"


def forged(provider: LocalProvider, key: Key | None, alg: str, **header: Any) -> str:
    """An administrator's token, signed with another key than the provider's."""
    given = {"alg": alg, "kid": provider.key.kid, "typ": "JWT", **header}
    registry = JWSRegistry(algorithms=[alg])
    return jwt.encode(given, admin(provider), key or OctKey.generate_key(), registry=registry)


def admin(provider: LocalProvider, **changed: Any) -> dict[str, Any]:
    return provider.claims(roles=["admin"], **changed)


def encrypted(provider: LocalProvider) -> str:
    header = {"alg": "RSA-OAEP", "enc": "A128GCM", "kid": provider.key.kid}
    return jwe.encrypt_compact(header, provider.sign(admin(provider)), provider.key)


def public_key_as_secret(provider: LocalProvider) -> str:
    """By hand: the library refuses to make one."""
    assert isinstance(provider.key, RSAKey)
    secret = provider.key.as_pem(private=False)
    header = json.dumps({"alg": "HS256", "kid": provider.key.kid, "typ": "JWT"}).encode()
    signed = b".".join(map(urlsafe_b64encode, (header, json.dumps(admin(provider)).encode())))
    return b".".join((signed, urlsafe_b64encode(hmac.digest(secret, signed, "sha256")))).decode()


def in_header(provider: LocalProvider) -> str:
    key = RSAKey.generate_key()
    return forged(provider, key, "RS256", jwk=key.as_dict(private=False))


def critical(provider: LocalProvider) -> str:
    return provider.sign(admin(provider), crit=["b64"], b64=True)


def edited(provider: LocalProvider) -> str:
    head, _, signature = provider.sign(provider.claims(roles=["reader"])).split(".")
    return f"{head}.{provider.sign(admin(provider)).split('.')[1]}.{signature}"


BAD: dict[str, Callable[[LocalProvider], str]] = {
    "another key, of the same name": lambda p: forged(p, RSAKey.generate_key(), "RS256"),
    "another key, in the header": in_header,
    "alg none": lambda p: forged(p, None, "none"),
    "alg none, with the signature of another": lambda p: forged(p, None, "none") + "AAAA",
    "the public key as a secret": public_key_as_secret,
    "another issuer": lambda p: p.sign(admin(p, iss="https://elsewhere.example")),
    "the issuer with a slash": lambda p: p.sign(admin(p, iss=p.issuer + "/")),
    "no issuer": lambda p: p.sign(admin(p, iss=None)),
    "another audience": lambda p: p.sign(admin(p, aud="somebody-else")),
    "other audiences": lambda p: p.sign(admin(p, aud=["somebody-else", "account"])),
    "no audience": lambda p: p.sign(admin(p, aud=None)),
    "expired": lambda p: p.sign(admin(p, exp=int(time.time()) - 60)),
    "no expiry": lambda p: p.sign(admin(p, exp=None)),
    "an expiry that is no number": lambda p: p.sign(admin(p, exp="tomorrow")),
    "not yet valid": lambda p: p.sign(admin(p, nbf=int(time.time()) + HOUR)),
    "issued in the future": lambda p: p.sign(admin(p, iat=int(time.time()) + HOUR)),
    "no subject": lambda p: p.sign(admin(p, sub=None)),
    "an empty subject": lambda p: p.sign(admin(p, sub="")),
    "a subject that is no text": lambda p: p.sign(admin(p, sub=["robot"])),
    "a subject that no database takes": lambda p: p.sign(admin(p, sub="robot\0")),
    "a subject of 256 characters": lambda p: p.sign(admin(p, sub="r" * 256)),
    "no role": lambda p: p.sign(p.claims()),
    "a role that is not mapped": lambda p: p.sign(p.claims(roles=["root", "Admin", "ADMIN"])),
    "no kid": lambda p: p.sign(admin(p), kid=None),
    "an unknown kid": lambda p: p.sign(admin(p), kid="another"),
    "a token of another type": lambda p: p.sign(admin(p), typ="logout+jwt"),
    "a sign-out of another type": lambda p: p.sign(admin(p, events={})),
    "something critical": critical,
    "truncated": lambda p: p.sign(admin(p))[:-10],
    "without its signature": lambda p: p.sign(admin(p)).rpartition(".")[0] + ".",
    "two parts": lambda p: p.sign(admin(p)).rpartition(".")[0],
    "claims edited": edited,
    "1 MB": lambda p: p.sign(admin(p, padding="x" * MILLION)),
    "longer than any": lambda p: p.sign(admin(p, padding="x" * 6000)),
    "a newline inside": lambda p: p.sign(admin(p)).replace(".", ".\n", 1),
    "a space inside": lambda p: p.sign(admin(p)).replace(".", ". ", 1),
    "encrypted": encrypted,
    "empty": lambda p: "",
    "dots": lambda p: "..",
}


@pytest.mark.parametrize("operation", OF_EACH_ROLE)
@pytest.mark.parametrize("make", BAD.values(), ids=BAD.keys())
def test_what_is_no_valid_token_speaks_for_nobody(
    make: Callable[[LocalProvider], str], operation: str, provider: LocalProvider, muster: Muster
) -> None:
    assert refusal(muster, OPERATIONS[operation].query, make(provider)) == "E_AUTH_REQUIRED"


GOOD: dict[str, Callable[[LocalProvider], str]] = {
    "one of many audiences": lambda p: p.sign(admin(p, aud=["account", "muster"])),
    "a clock that is a little behind": lambda p: p.sign(admin(p, exp=int(time.time()) - 5)),
    "a clock that is a little ahead": lambda p: p.sign(admin(p, iat=int(time.time()) + 5)),
    "the type of access tokens": lambda p: p.sign(admin(p), typ="at+jwt"),
    "no type": lambda p: p.sign(admin(p), typ=None),
    "an unknown header": lambda p: p.sign(admin(p), ver=2),
    "4 kB": lambda p: p.sign(admin(p, padding="x" * 3000)),
    "the highest of many roles": lambda p: p.sign(p.claims(roles=["reader", "admin", "writer", "root"])),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
def test_a_valid_token_counts(
    make: Callable[[LocalProvider], str], provider: LocalProvider, muster: Muster
) -> None:
    assert refusal(muster, OPERATIONS["Query.apiTokens"].query, make(provider)) is None


def test_who_a_token_speaks_for_has_a_name(provider: LocalProvider, muster: Muster) -> None:
    token = provider.sign(admin(provider, preferred_username="Robot 7"))
    assert muster.post({"query": VIEWER}, token)["data"]["viewer"] == {"name": "Robot 7", "role": "ADMIN"}


def test_another_audience_is_set(provider: LocalProvider, idle_database: str) -> None:
    settings = provider.settings(MUSTER_OIDC_AUDIENCE="api://muster")
    with running_muster(idle_database, **settings) as muster:
        assert refusal(muster, VIEWER, provider.sign(admin(provider, aud="api://muster"))) is None
        assert refusal(muster, VIEWER, provider.sign(admin(provider))) == "E_AUTH_REQUIRED"


@pytest.mark.parametrize(
    ("kind", "alg"), [("EC", "ES256"), ("OKP", "Ed25519"), ("OKP", "EdDSA"), ("RSA", "PS256")]
)
def test_keys_of_each_kind_and_a_new_one_are_picked_up(
    kind: str, alg: str, own_provider: LocalProvider, idle_database: str, short_pause: None
) -> None:
    with own_provider.serving(), running_muster(idle_database, **own_provider.settings()) as muster:
        old = own_provider.sign(admin(own_provider))
        assert refusal(muster, VIEWER, old) is None
        own_provider.rotate(kind, alg)
        new = own_provider.sign(admin(own_provider))
        wait_until(lambda: refusal(muster, VIEWER, new) is None, 5)
        assert refusal(muster, VIEWER, old) == "E_AUTH_REQUIRED"


def test_unknown_keys_do_not_flood_the_provider(own_provider: LocalProvider, idle_database: str) -> None:
    with own_provider.serving(), running_muster(idle_database, **own_provider.settings()) as muster:
        for number in range(50):
            token = own_provider.sign(admin(own_provider), kid=f"key-{number}")
            assert refusal(muster, VIEWER, token) == "E_AUTH_REQUIRED"
        assert own_provider.asked.count("/jwks") == 1


def test_known_keys_count_while_the_provider_is_away(
    own_provider: LocalProvider, idle_database: str, short_pause: None
) -> None:
    token = own_provider.sign(admin(own_provider))
    with running_muster(idle_database, **own_provider.settings()) as muster:
        assert refusal(muster, VIEWER, token) == "E_AUTH_REQUIRED"
        with own_provider.serving():
            wait_until(lambda: refusal(muster, VIEWER, token) is None, 5)
        assert refusal(muster, VIEWER, token) is None
        assert refusal(muster, VIEWER, own_provider.sign(admin(own_provider), kid="new")) == "E_AUTH_REQUIRED"
        assert refusal(muster, VIEWER, token) is None


def test_without_a_provider_its_tokens_are_nothing(provider: LocalProvider, idle_muster: Muster) -> None:
    assert refusal(idle_muster, VIEWER, provider.sign(admin(provider))) == "E_AUTH_REQUIRED"


def refusal(muster: Muster, query: str, bearer: str) -> str | None:
    """The code of the only error; None when there is none."""
    answer = muster.client.post(
        "/graphql", json={"query": query}, environ_overrides={"HTTP_AUTHORIZATION": f"Bearer {bearer}"}
    )
    assert answer.status_code == 200, answer.text
    errors = answer.json["errors"] if answer.json and "errors" in answer.json else []
    codes = {error["extensions"]["code"] for error in errors}
    return codes.pop() if codes else None
