"""How often one caller may ask, and that nobody is refused for what a neighbour does."""

from collections.abc import Iterator
from typing import Any

import pytest
from limits import parse
from werkzeug.test import TestResponse

from app.core.config import read_settings
from app.core.environment import SettingError
from tests.api.conftest import TOKEN, Muster, refusing_port, running_muster

VIEWER = {"query": "{ viewer { name } }"}
HEALTH = {"query": "{ health { status } }"}
HOUSE, NEIGHBOUR = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def limited(idle_database: str) -> Iterator[Muster]:
    """Three requests an hour, and two attempts to sign in."""
    with running_muster(
        idle_database, MUSTER_RATE_LIMIT="3 per hour", MUSTER_SIGN_IN_RATE_LIMIT="2 per hour"
    ) as muster:
        yield muster


def ask(muster: Muster, token: str | None, address: str = HOUSE, body: Any = VIEWER) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return muster.client.post(
        "/graphql", json=body, headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )


def sign_in(muster: Muster, token: str, address: str = HOUSE) -> TestResponse:
    return muster.client.post(
        "/auth/sign-in", json={"token": token}, environ_overrides={"REMOTE_ADDR": address}
    )


def assert_refused(response: TestResponse, rate: str) -> None:
    assert response.status_code == 429
    assert 3000 < int(response.headers["Retry-After"]) <= 3600
    assert response.json is not None
    (error,) = response.json["errors"]
    assert error == {
        "message": f"Too many requests; the limit is {rate} per 1 hour.",
        "extensions": {"code": "E_LIMIT"},
    }


def test_a_token_is_counted_wherever_it_comes_from(limited: Muster) -> None:
    for address in (HOUSE, NEIGHBOUR, HOUSE):
        assert ask(limited, TOKEN, address).status_code == 200
    assert_refused(ask(limited, TOKEN, NEIGHBOUR), "3")


def test_a_token_is_not_counted_with_its_neighbours(limited: Muster) -> None:
    create = 'mutation { createApiToken(name: "other", role: VIEWER) { token } }'
    other = limited.ask(create)["token"]
    for _ in range(2):
        assert ask(limited, TOKEN).status_code == 200
    assert_refused(ask(limited, TOKEN), "3")
    assert ask(limited, other).status_code == 200


def test_who_has_no_token_is_counted_by_address(limited: Muster) -> None:
    for _ in range(3):
        assert ask(limited, None, body=HEALTH).status_code == 200
    assert_refused(ask(limited, None, body=HEALTH), "3")
    assert ask(limited, None, NEIGHBOUR, HEALTH).status_code == 200
    assert ask(limited, TOKEN).status_code == 200


def test_an_ipv6_network_counts_as_one_address(limited: Muster) -> None:
    for number in range(3):
        assert ask(limited, None, f"2001:db8:1:1::{number}", HEALTH).status_code == 200
    assert_refused(ask(limited, None, "2001:db8:1:1:ffff::1", HEALTH), "3")
    assert ask(limited, None, "2001:db8:1:2::1", HEALTH).status_code == 200


def test_bad_tokens_are_counted_by_address_and_good_ones_go_on(limited: Muster) -> None:
    for token in ("wrong", "muster_" + "x" * 43, "wrong"):
        assert ask(limited, token).json["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"  # type: ignore[index]
    assert_refused(ask(limited, "wrong"), "3")
    assert ask(limited, "wrong", NEIGHBOUR).status_code == 200
    assert ask(limited, TOKEN).status_code == 200


def test_attempts_to_sign_in_are_counted_by_address_whatever_their_way(limited: Muster) -> None:
    assert sign_in(limited, "wrong").status_code == 401
    link = limited.client.get("/auth/link/wrong", environ_overrides={"REMOTE_ADDR": HOUSE})
    assert link.status_code == 410
    assert_refused(sign_in(limited, TOKEN), "2")
    assert sign_in(limited, TOKEN, NEIGHBOUR).status_code == 200
    for _ in range(5):
        session = limited.client.get("/auth/session", environ_overrides={"REMOTE_ADDR": HOUSE})
        assert session.status_code == 200


def test_pages_are_not_counted(limited: Muster) -> None:
    assert {limited.client.get(path).status_code for path in ("/", "/healthz") * 5} == {200}


def test_without_its_redis_a_process_counts_for_itself(idle_database: str) -> None:
    with running_muster(
        idle_database,
        MUSTER_RATE_LIMIT="3 per hour",
        MUSTER_RATE_LIMIT_STORAGE=f"redis://:hunter-2@127.0.0.1:{refusing_port()}",
    ) as muster:
        for _ in range(3):
            assert ask(muster, TOKEN).status_code == 200
        assert_refused(ask(muster, TOKEN), "3")


@pytest.mark.parametrize("name", ["MUSTER_RATE_LIMIT", "MUSTER_SIGN_IN_RATE_LIMIT"])
@pytest.mark.parametrize(
    "rate", ["many", "0 per minute", "-1 per minute", "10", "10 per year", "10 per minute; 5 per second"]
)
def test_a_rate_that_is_none_is_refused_at_the_start(
    name: str, rate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, rate)
    with pytest.raises(SettingError, match=rf"^{name} must be a rate like"):
        read_settings()


@pytest.mark.parametrize("rate", ["1 per second", "12000 per minute", "999999999 per hour", "5 per day"])
def test_every_rate_that_is_taken_can_be_counted(rate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_RATE_LIMIT", rate)
    assert parse(read_settings().request_limits.rate).amount == int(rate.split(maxsplit=1)[0])


@pytest.mark.parametrize(
    "url",
    [
        "memcached://hunter-2:11211",
        "redis://",
        "redis://:hunter-2@host:port",
        "redis://host:70000",
        "memory://x",
        "async+redis://h",
    ],
)
def test_a_storage_that_is_none_is_refused_at_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_RATE_LIMIT_STORAGE", url)
    with pytest.raises(SettingError, match=r"^MUSTER_RATE_LIMIT_STORAGE must be") as refused:
        read_settings()
    assert "hunter-2" not in str(refused.value)
