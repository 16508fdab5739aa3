"""The audit log's pure parts: what is kept of values, what a document asks for, and how many refusals."""

from typing import Any
from uuid import UUID

import pytest

from app.api.attempts import SUBJECTS, Attempt, attempts_in
from app.core.domain.audit import Action, ObjectKind, Outcome, Subject, difference, masked, outcome_of
from app.core.domain.leaks import LeakGate
from app.core.domain.secrets import MASK

ID = "6f1d7c1e-1d0f-4f53-9a53-6d7d0b6f2f11"
SECRET = "correct-horse-7"


def test_of_a_change_only_what_differs_is_kept() -> None:
    before, after = {"name": "a", "labels": ["x"], "url": "u"}, {"name": "b", "labels": ["x"], "url": None}
    assert difference(before, after) == ({"name": "a", "url": "u"}, {"name": "b", "url": None})


def test_secrets_are_masked_wherever_they_stand() -> None:
    values = {
        "description": f"sign in with {SECRET}, or password=other",
        "url": f"http://ann:{SECRET}@x.org",
        "labels": [SECRET, "plain"],
        "config": {"parameters": {"options": f"a {SECRET}", "port": 5432, "password": MASK}},
        "count": 3,
        "nothing": None,
    }
    kept = masked(values, LeakGate([SECRET]))
    assert kept == {
        "description": f"sign in with {MASK}, or password={MASK}",
        "url": f"http://{MASK}@x.org",
        "labels": [MASK, "plain"],
        "config": {"parameters": {"options": f"a {MASK}", "port": 5432, "password": MASK}},
        "count": 3,
        "nothing": None,
    }


def test_a_user_name_does_not_tell_that_the_password_is_the_same_word() -> None:
    values = {"config": {"parameters": {"username": "postgres"}}}
    assert masked(values, LeakGate(["postgres"])) == values


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("E_ROLE_FORBIDDEN", Outcome.REFUSED),
        ("E_BAD_INPUT", Outcome.REFUSED),
        ("E_CONN_TEST_FAILED", Outcome.FAILED),
        ("E_TEMPORAL_UNAVAILABLE", Outcome.FAILED),
        ("E_INTERNAL", Outcome.FAILED),
    ],
)
def test_what_was_forbidden_is_told_from_what_failed(code: str, outcome: Outcome) -> None:
    assert outcome_of(code) is outcome


DELETE = Action.DELETE_ENDPOINT
ENDPOINT = Subject(ObjectKind.ENDPOINT, UUID(ID))
UNKNOWN = Subject(ObjectKind.ENDPOINT)

# query, variables, what is read from them
DOCUMENTS: dict[str, tuple[str, dict[str, Any], list[Attempt]]] = {
    "literal": (
        f'mutation {{ deleteEndpoint(id: "{ID}") }}',
        {},
        [Attempt("deleteEndpoint", DELETE, ENDPOINT)],
    ),
    "variable": (
        "mutation($i: ID!) { deleteEndpoint(id: $i) }",
        {"i": ID},
        [Attempt("deleteEndpoint", DELETE, ENDPOINT)],
    ),
    "within an input": (
        f'mutation {{ testEndpoint(input: {{endpointId: "{ID}"}}) {{ ok }} }}',
        {},
        [Attempt("testEndpoint", Action.TEST_ENDPOINT, ENDPOINT)],
    ),
    "within a variable": (
        "mutation($i: TestEndpointInput!) { testEndpoint(input: $i) { ok } }",
        {"i": {"endpointId": ID, "parameters": {"password": SECRET}}},
        [Attempt("testEndpoint", Action.TEST_ENDPOINT, ENDPOINT)],
    ),
    "within an input, a variable": (
        "mutation($i: ID) { testEndpoint(input: {endpointId: $i}) { ok } }",
        {"i": ID},
        [Attempt("testEndpoint", Action.TEST_ENDPOINT, ENDPOINT)],
    ),
    "several, aliased": (
        f'mutation {{ a: deleteEndpoint(id: "{ID}") b: deleteEndpoint(id: "{SECRET}") }}',
        {},
        [Attempt("a", DELETE, ENDPOINT), Attempt("b", DELETE, UNKNOWN)],
    ),
    "fragment": (
        f'mutation {{ ...F }} fragment F on Mutation {{ deleteEndpoint(id: "{ID}") }}',
        {},
        [Attempt("deleteEndpoint", DELETE, ENDPOINT)],
    ),
    "no argument": (
        "mutation { deleteEndpoint }",
        {},
        [Attempt("deleteEndpoint", DELETE, UNKNOWN)],
    ),
    "arguments of other types": (
        "mutation($i: ID!) { a: deleteEndpoint(id: $i) b: deleteEndpoint(id: {}) testEndpoint(input: [1]) }",
        {"i": {"endpointId": ID}},
        [
            Attempt("a", DELETE, UNKNOWN),
            Attempt("b", DELETE, UNKNOWN),
            Attempt("testEndpoint", Action.TEST_ENDPOINT, UNKNOWN),
        ],
    ),
    "a number too big for Python": (
        f"mutation {{ deleteEndpoint(id: {'9' * 5000}) }}",
        {},
        [Attempt("deleteEndpoint", DELETE, UNKNOWN)],
    ),
    "no such mutation": ("mutation { dropEverything }", {}, []),
    "query": ("{ endpoints { id } }", {}, []),
}


@pytest.mark.parametrize(("query", "variables", "expected"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_what_a_document_asks_for(query: str, variables: dict[str, Any], expected: list[Attempt]) -> None:
    assert attempts_in(query, None, variables) == expected


@pytest.mark.parametrize("text", ["mutation {", "{" * 50_000, "x " * 50_000], ids=["broken", "deep", "long"])
def test_a_document_that_cannot_be_read_asks_for_nothing_known(text: str) -> None:
    assert attempts_in(text, None, {}) is None


def test_every_kind_of_action_that_is_a_mutation_says_what_it_is_done_to() -> None:
    others = {
        Action.SIGN_IN,
        Action.SIGN_OUT,
        Action.CREATE_SIGN_IN_LINK,
        Action.UNREAD,
        Action.REFUSALS_LEFT_OUT,
    }
    assert SUBJECTS.keys() == set(Action) - others
