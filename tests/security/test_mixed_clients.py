"""Many clients of several people at once: nobody is ever answered as somebody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.acceptance.api import Api
from tests.security.browser import Browser
from tests.security.recording import TIMEOUT_SECONDS
from tests.stack import RunningStack

CLIENTS = 16
REQUESTS_OF_EACH = 50
ROLES = ("VIEWER", "EDITOR", "ADMIN")
CREATE_TOKEN = "mutation($n: String!, $r: Role!) { createApiToken(name: $n, role: $r) { token } }"
WHO = "{ viewer { name role } }"
# What a VIEWER and an EDITOR are refused, and an ADMIN is not.
ADMINS_ONLY = "{ viewer { name role } apiTokens { id } }"

Ask = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Person:
    """A token of its own name and role."""

    name: str
    role: str
    token: str


@pytest.fixture(scope="module")
def people(api: Api) -> list[Person]:
    """Two of each role."""
    named = [(f"{role.lower()} {number}", role) for number in (1, 2) for role in ROLES]
    return [Person(name, role, api.ask(CREATE_TOKEN, n=name, r=role)["token"]) for name, role in named]


def with_token(stack: RunningStack, person: Person) -> Ask:
    """Asks over one connection, with the token."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {person.token}"
    return lambda query: _answer(
        session.post(f"{stack.url}/graphql", json={"query": query}, timeout=TIMEOUT_SECONDS)
    )


def with_cookie(stack: RunningStack, person: Person) -> Ask:
    """Asks over one connection, as a browser that has signed in."""
    browser = Browser(stack.url, person.token)
    return lambda query: _answer(browser.request("POST", "/graphql", json={"query": query}))


def _answer(response: requests.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize("sign_in", [with_token, with_cookie])
def test_every_answer_is_for_the_one_who_asked(
    sign_in: Callable[[RunningStack, Person], Ask], stack: RunningStack, people: list[Person]
) -> None:
    def mistakes(number: int) -> list[str]:
        person = people[number % len(people)]
        ask = sign_in(stack, person)
        told = [name_in(ask(ADMINS_ONLY if turn % 7 == 0 else WHO)) for turn in range(REQUESTS_OF_EACH)]
        refusal = person.name if person.role == "ADMIN" else "E_ROLE_FORBIDDEN"
        expected = [refusal if turn % 7 == 0 else person.name for turn in range(REQUESTS_OF_EACH)]
        return [f"{a} instead of {b}" for a, b in zip(told, expected, strict=True) if a != b]

    assert by_all_clients(mistakes) == []


def test_a_connection_may_change_its_owner(stack: RunningStack, people: list[Person]) -> None:
    """A proxy sends the requests of several people over one connection, and those of nobody."""

    def mistakes(number: int) -> list[str]:
        session = requests.Session()
        wrong = []
        for turn in range(REQUESTS_OF_EACH):
            person = people[(number + turn) % len(people)]
            is_known = turn % 5 != 0
            answer = session.post(
                f"{stack.url}/graphql",
                json={"query": WHO},
                headers={"Authorization": f"Bearer {person.token}"} if is_known else {},
                timeout=TIMEOUT_SECONDS,
            )
            told, expected = name_in(_answer(answer)), person.name if is_known else "E_AUTH_REQUIRED"
            wrong += [f"{told} instead of {expected}"] if told != expected else []
        return wrong

    assert by_all_clients(mistakes) == []


def by_all_clients(mistakes: Callable[[int], list[str]]) -> list[str]:
    """What all clients, talking at once, found wrong."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        return [mistake for found in pool.map(mistakes, range(CLIENTS)) for mistake in found]


def name_in(answer: dict[str, Any]) -> str:
    """Whom the answer is for, or the code of its error."""
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    return str(answer["data"]["viewer"]["name"])
