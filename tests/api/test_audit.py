"""Every mutation is found in the audit log, once: what was done, and what was refused."""

from typing import Any

import pytest

from app.api.attempts import SUBJECTS
from app.core.domain.audit import Action
from app.core.domain.auth import Role
from app.core.domain.secrets import MASK
from tests.api.browser import browser_of
from tests.api.conftest import Muster
from tests.api.seed import BEGIN, Seed
from tests.api.test_roles import OPERATIONS, UNKNOWN, create

EVENTS = """query($f: AuditEventFilter, $n: Int, $a: ID) { auditEvents(filter: $f, first: $n, after: $a) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }
    nodes { id at actor identity role address action objectKind objectId objectName outcome errorCode
            before after } } }"""
FIELD = f'deleteEndpoint(id: "{UNKNOWN}")'
DELETE = f"mutation {{ {FIELD} }}"
CREATE = 'mutation { createApiToken(name: "ci", role: VIEWER) { token apiToken { id } } }'
MUTATIONS = {
    path.removeprefix("Mutation."): operation
    for path, operation in OPERATIONS.items()
    if path.startswith("Mutation.")
}
SECRET = "correct-horse-7"


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_found_once_whatever_comes_of_it(name: str, idle_muster: Muster) -> None:
    before = events(idle_muster)["totalCount"]
    idle_muster.post({"query": MUTATIONS[name].query})
    found = events(idle_muster)
    newest = found["nodes"][0]
    assert found["totalCount"] == before + 1
    assert (newest["action"], newest["errorCode"]) == (name, MUTATIONS[name].outcome)
    assert (newest["outcome"] == "SUCCEEDED") == (MUTATIONS[name].outcome is None)
    assert (newest["actor"], newest["identity"], newest["role"]) == ("admin", "admin-token", "ADMIN")
    assert newest["address"] == "127.0.0.1"


@pytest.mark.parametrize("name", MUTATIONS)
def test_one_refused_for_the_role_is_found_once(name: str, idle_muster: Muster) -> None:
    made = create(idle_muster, Role.VIEWER)
    before = events(idle_muster)["totalCount"]
    idle_muster.post({"query": MUTATIONS[name].query}, made["token"])
    found = events(idle_muster)
    newest = found["nodes"][0]
    assert found["totalCount"] == before + 1
    assert (newest["action"], newest["outcome"], newest["errorCode"]) == (name, "REFUSED", "E_ROLE_FORBIDDEN")
    assert (newest["actor"], newest["identity"]) == ("a VIEWER", f"token:{made['apiToken']['id']}")
    assert newest["objectId"] in (UNKNOWN, None)
    assert (newest["before"], newest["after"]) == (None, None)


@pytest.mark.parametrize("token", [None, "muster_" + "x" * 43], ids=["none", "unknown"])
def test_one_refused_for_want_of_a_token_is_nobodys(token: str | None, muster: Muster) -> None:
    muster.post({"query": DELETE}, token)
    [event] = events(muster)["nodes"]
    assert event["action"] == "deleteEndpoint"
    assert (event["actor"], event["identity"], event["role"]) == ("nobody", None, None)
    assert (event["outcome"], event["errorCode"], event["objectId"]) == (
        "REFUSED",
        "E_AUTH_REQUIRED",
        UNKNOWN,
    )


def test_what_nobody_sends_is_not_read_at_any_length(muster: Muster) -> None:
    muster.post({"query": DELETE + " " * 1_000}, None)
    [event] = events(muster)["nodes"]
    assert (event["action"], event["errorCode"], event["objectKind"]) == ("unread", "E_AUTH_REQUIRED", None)


def test_what_another_site_sends_with_a_session_is_on_record(muster: Muster) -> None:
    browser = browser_of(muster)
    browser.sign_in()
    assert browser.graphql(DELETE, {"Origin": "https://evil.example"}).status_code == 403
    newest = events(muster)["nodes"][0]
    assert (newest["action"], newest["actor"], newest["errorCode"]) == ("unread", "nobody", "E_AUTH_REQUIRED")
    assert newest["address"] == "127.0.0.1"


def test_a_link_that_may_not_be_made_is_on_record(muster: Muster) -> None:
    viewer = create(muster, Role.VIEWER)["token"]
    for token in (viewer, "x"):
        muster.client.post("/auth/link", json={}, headers={"Authorization": f"Bearer {token}"})
    found = events(muster, f={"action": "createSignInLink"})["nodes"]
    assert [(event["actor"], event["errorCode"]) for event in found] == [
        ("nobody", "E_AUTH_REQUIRED"),
        ("a VIEWER", "E_ROLE_FORBIDDEN"),
    ]


# query, variables, (action, error code) of each event, the oldest first
REQUESTS: dict[str, tuple[str, dict[str, Any], list[tuple[str, str | None]]]] = {
    "each of several": (
        f'mutation {{ a: createApiToken(name: "x", role: VIEWER) {{ token }} b: {FIELD} }}',
        {},
        [("createApiToken", None), ("deleteEndpoint", "E_ENDPOINT_NOT_FOUND")],
    ),
    "none that was not reached": (
        f"mutation {{ a: {FIELD} b: {FIELD} }}",
        {},
        [("deleteEndpoint", "E_ENDPOINT_NOT_FOUND")],
    ),
    "a variable of another type": (
        "mutation($i: ID!) { deleteEndpoint(id: $i) }",
        {"i": {"x": SECRET}},
        [("deleteEndpoint", "E_BAD_INPUT")],
    ),
    "two variables of other types": (
        "mutation($i: ID!, $p: EndpointPatch!) { updateEndpoint(id: $i, patch: $p) { id } }",
        {"i": {"x": SECRET}, "p": 3},
        [("updateEndpoint", "E_BAD_INPUT")],
    ),
    "an argument that is not there": (
        f'mutation {{ deleteEndpoint(id: "{UNKNOWN}", password: "{SECRET}") }}',
        {},
        [("deleteEndpoint", "E_BAD_INPUT")],
    ),
    "too long": (DELETE + " #" + "x" * 10 + "\n" + "x " * 6_000, {}, [("unread", "E_LIMIT")]),
    "no sentence of the language": (f'mutation {{ deleteEndpoint(id: "{SECRET}"', {}, []),
    "a query": ("{ endpoint(id: 3) { id } }", {}, []),
    "no mutation of ours": ("mutation { dropEverything }", {}, []),
}


@pytest.mark.parametrize(("query", "variables", "expected"), REQUESTS.values(), ids=REQUESTS.keys())
def test_what_of_a_request_is_recorded(
    query: str, variables: dict[str, Any], expected: list[tuple[str, str | None]], muster: Muster
) -> None:
    muster.post({"query": query, "variables": variables})
    found = events(muster)["nodes"]
    assert [(event["action"], event["errorCode"]) for event in reversed(found)] == expected
    assert SECRET not in everything(muster)


def test_a_fault_in_showing_what_was_done_is_no_refusal(muster: Muster, seed: Seed) -> None:
    endpoint = seed.endpoint()
    query = 'mutation($e: ID!) { createCollection(input: {endpointId: $e}) { runs(after: "x") { id } } }'
    assert muster.error(query, e=str(endpoint))["code"] == "E_BAD_INPUT"
    [event] = events(muster)["nodes"]
    assert (event["action"], event["outcome"], event["errorCode"]) == ("createCollection", "SUCCEEDED", None)


def test_nothing_of_a_refused_secret_is_kept(muster: Muster) -> None:
    config = {"templateId": "postgres", "parameters": {"password": SECRET, "host": 3}}
    given = {"name": SECRET, "url": f"http://x:{SECRET}@y", "config": config}
    query = "mutation($i: EndpointInput!) { registerEndpoint(input: $i) { id } }"
    assert muster.error(query, i=given)["code"] == "E_BAD_INPUT"
    muster.post({"query": query, "variables": {"i": given}}, None)
    assert [event["errorCode"] for event in events(muster)["nodes"]] == ["E_AUTH_REQUIRED", "E_BAD_INPUT"]
    assert SECRET not in everything(muster)


# a test needs a worker (test_services_audit.py), and removals need runs (test_history.py)
TOLD_ELSEWHERE = {
    Action.TEST_ENDPOINT,
    Action.APPROVE_REMOVALS,
    Action.DISMISS_REMOVALS,
    Action.RESTORE_REMOVALS,
}


def test_a_life_of_an_endpoint_as_the_log_tells_it(muster: Muster) -> None:
    made = muster.ask(
        """mutation { registerEndpoint(input: {name: "Shop", url: "http://ann:pw@x.org", labels: ["a"],
                     capabilities: ["metadata"]}) { id sourceId collections { id } } }"""
    )
    endpoint, collection = made["id"], made["collections"][0]["id"]
    muster.ask(f'mutation {{ updateEndpoint(id: "{endpoint}", patch: {{name: "Store"}}) {{ id }} }}')
    update = 'mutation {{ updateCollection(id: "{}", input: {{scheduleCron: "@daily"}}) {{ id }} }}'
    muster.ask(update.format(collection))
    muster.ask(update.format(collection))
    trigger = 'mutation {{ triggerCollection(collectionId: "{}", schemaOverride: ["s"]) {{ id }} }}'
    run = muster.ask(trigger.format(collection))["id"]
    assert muster.error(trigger.format(collection))["code"] == "E_COLLECTION_IN_PROGRESS"
    muster.ask(f'mutation {{ cancelCollectionRun(id: "{run}") {{ id }} }}')
    again = f'mutation {{ triggerEndpointCollection(endpointId: "{endpoint}") {{ id }} }}'
    second = muster.ask(again)["id"]
    muster.ask(f'mutation {{ deleteCollection(id: "{collection}") }}')
    new = f'mutation {{ createCollection(input: {{endpointId: "{endpoint}"}}) {{ id }} }}'
    third = muster.ask(new)["id"]
    muster.ask(f'mutation {{ deleteEndpoint(id: "{endpoint}") }}')
    token = muster.ask(CREATE)
    muster.ask(f'mutation {{ revokeApiToken(id: "{token["apiToken"]["id"]}") {{ id }} }}')

    first = {
        "sourceId": made["sourceId"],
        "name": "Shop",
        "description": None,
        "verb": None,
        "url": f"http://{MASK}@x.org",
        "domain": None,
        "labels": ["a"],
        "config": {"templateId": None, "parameters": {}},
        "capabilities": ["metadata"],
        "policy": {
            "removalSharePercent": 10,
            "removalMinimum": 10,
            "sourcePauseMs": None,
            "statementSeconds": None,
            "fullPassHours": None,
        },
    }
    manual = {"endpointId": endpoint, "scheduleCron": None, "scheduleTimezone": "UTC", "isEnabled": True}
    told = [
        ("registerEndpoint", "ENDPOINT", endpoint, "Shop", None, first),
        ("updateEndpoint", "ENDPOINT", endpoint, "Store", {"name": "Shop"}, {"name": "Store"}),
        (
            "updateCollection",
            "COLLECTION",
            collection,
            "Store",
            {"scheduleCron": None},
            {"scheduleCron": "@daily"},
        ),
        ("updateCollection", "COLLECTION", collection, "Store", {}, {}),
        (
            "triggerCollection",
            "COLLECTION",
            collection,
            "Store",
            None,
            {"runId": run, "collectionId": collection, "filters": {"schemas": ["s"]}},
        ),
        ("triggerCollection", "COLLECTION", collection, None, None, None),
        (
            "cancelCollectionRun",
            "RUN",
            run,
            None,
            {"status": "QUEUED"},
            {"status": "CANCELED", "collectionId": collection},
        ),
        (
            "triggerEndpointCollection",
            "ENDPOINT",
            endpoint,
            "Store",
            None,
            {"runId": second, "collectionId": collection, "filters": None},
        ),
        ("deleteCollection", "COLLECTION", collection, "Store", manual | {"scheduleCron": "@daily"}, None),
        ("createCollection", "COLLECTION", third, "Store", None, manual),
        ("deleteEndpoint", "ENDPOINT", endpoint, "Store", first | {"name": "Store"}, None),
    ]
    found = events(muster)["nodes"][::-1]
    keys = ("action", "objectKind", "objectId", "objectName", "before", "after")
    assert [tuple(event[key] for key in keys) for event in found[: len(told)]] == told
    *_, created, revoked = found
    assert created["after"] == {"role": "VIEWER", "expiresAt": None, "revokedAt": None}
    assert (created["objectName"], created["objectId"]) == ("ci", token["apiToken"]["id"])
    assert revoked["after"]["revokedAt"] is not None
    assert {event["action"] for event in found} == {*SUBJECTS} - TOLD_ELSEWHERE
    assert token["token"] not in everything(muster)


def test_what_cannot_be_recorded_is_not_done(muster: Muster) -> None:
    muster.connection.execute("ALTER TABLE audit_events ADD CONSTRAINT is_full CHECK (false) NOT VALID")
    assert muster.error(CREATE)["code"] == "E_INTERNAL"
    assert muster.select("SELECT * FROM api_tokens") == []
    assert muster.error(DELETE)["code"] == "E_ENDPOINT_NOT_FOUND"
    muster.connection.execute("ALTER TABLE audit_events DROP CONSTRAINT is_full")
    assert events(muster)["nodes"] == []


class TestAuditEvents:
    def test_pages_and_filters(self, muster: Muster) -> None:
        for minute, (actor, action) in enumerate([("ann", "signIn"), ("bob", "signIn"), ("ann", "signOut")]):
            muster.connection.execute(
                """INSERT INTO audit_events (at, actor, action, outcome, object_kind, object_id)
                   VALUES (%s::timestamptz + %s * interval '1 minute', %s, %s, 'SUCCEEDED', 'RUN', %s)""",
                [BEGIN, minute, actor, action, UNKNOWN],
            )
        page = events(muster, n=2)
        assert [event["actor"] for event in page["nodes"]] == ["ann", "bob"]
        assert page["totalCount"] == 3
        assert page["pageInfo"]["hasNextPage"]
        rest = events(muster, a=page["pageInfo"]["endCursor"])
        assert [event["action"] for event in rest["nodes"]] == ["signIn"]
        assert rest["edges"] == [{"cursor": rest["nodes"][0]["id"], "node": {"id": rest["nodes"][0]["id"]}}]
        for wanted, count in (
            ({"actor": "ann"}, 2),
            ({"actor": "an"}, 0),
            ({"action": "signIn", "actor": "ann"}, 1),
            ({"objectKind": "RUN"}, 3),
            ({"objectKind": "ENDPOINT"}, 0),
            ({"objectId": UNKNOWN}, 3),
            ({"outcome": "REFUSED"}, 0),
            ({"from": "2026-11-01T12:01:00.123456Z"}, 2),
            ({"to": "2026-11-01T12:01:00.123456Z"}, 2),
            ({"actor": None}, 3),
        ):
            found = events(muster, f=wanted)
            assert (len(found["nodes"]), found["totalCount"]) == (count, count), wanted

    @pytest.mark.parametrize(
        "given",
        [{"a": "x"}, {"a": "999"}, {"n": 0}, {"f": {"objectId": "x"}}, {"f": {"actor": "a\x00"}}],
        ids=["cursor", "unknown cursor", "count", "object", "unstorable"],
    )
    def test_bad_arguments_are_refused(self, given: dict[str, Any], idle_muster: Muster) -> None:
        assert idle_muster.error(EVENTS, **given)["code"] == "E_BAD_INPUT"


def events(muster: Muster, **given: Any) -> Any:
    return muster.ask(EVENTS, **given)


def everything(muster: Muster) -> str:
    """All that the log holds, as text."""
    return str(muster.select("SELECT audit_events::text FROM audit_events"))
