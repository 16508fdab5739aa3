"""What the log keeps of endpoints whose sources need a password, and nothing of the password."""

import base64
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from app.cli.embedded_postgres import SUPERUSER, EmbeddedPostgres
from app.core.db import audit as stored
from app.core.domain.audit import AuditEvent, AuditFilter
from app.core.domain.secrets import MASK
from app.core.errors import ConnTestFailed
from app.services import endpoints
from app.services.inputs import EndpointChanges, EndpointConfig, NewEndpoint, TestRequest
from tests.integration.stand import Stand

PASSWORD = "Pl/anted & 7 secrets"


@pytest.fixture
def parameters(postgres_cluster: EmbeddedPostgres) -> dict[str, Any]:
    """How to sign in, with PASSWORD, to a database of the cluster."""
    superuser = postgres_cluster.url(SUPERUSER, "postgres")
    where, role = conninfo_to_dict(superuser), f"reader_{uuid4().hex}"
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), PASSWORD))
    return {
        "host": where["host"],
        "port": int(str(where["port"])),
        "database": "postgres",
        "username": role,
    }


def test_an_endpoint_is_recorded_with_its_secrets_masked(
    stand: Stand, worker: None, parameters: dict[str, Any]
) -> None:
    given = EndpointConfig("postgres", parameters, {"password": PASSWORD})
    endpoint = endpoints.register(
        stand.ctx, NewEndpoint("Source", description=f"Sign in with {PASSWORD}", config=given)
    )
    shown = {"templateId": "postgres", "parameters": parameters | {"password": MASK}}
    registered = newest(stand)
    assert registered.after is not None
    assert registered.after["config"] == shown
    assert registered.after["description"] == f"Sign in with {MASK}"

    endpoints.update(stand.ctx, endpoint.id, EndpointChanges(description=f"or {quote(PASSWORD)}"))
    updated = newest(stand)
    assert (updated.before, updated.after) == (
        {"description": f"Sign in with {MASK}"},
        {"description": f"or {MASK}"},
    )

    kept = EndpointConfig("postgres", parameters | {"schemas": ["public"]}, {"password": MASK})
    endpoints.update(stand.ctx, endpoint.id, EndpointChanges(config=kept))
    narrowed = newest(stand)
    assert narrowed.after is not None
    assert narrowed.after["changedSecrets"] == []
    assert narrowed.after["config"]["parameters"]["schemas"] == ["public"]
    assert narrowed.before == {"config": shown}

    wrong = EndpointConfig("postgres", parameters, {"password": PASSWORD + "?"})
    refused = endpoints.test(stand.ctx, TestRequest(endpoint_id=endpoint.id, config=wrong))
    assert not refused.ok
    tested = newest(stand)
    assert (tested.action, tested.object_id, tested.object_name) == ("testEndpoint", endpoint.id, "Source")
    assert tested.after is not None
    assert tested.after["config"] == shown
    assert not tested.after["ok"]
    assert len(tested.after["errors"]) == 1

    before = len(events(stand))
    with pytest.raises(ConnTestFailed):
        endpoints.update(stand.ctx, endpoint.id, EndpointChanges(config=wrong))
    assert len(events(stand)) == before

    endpoints.delete(stand.ctx, endpoint.id)
    assert newest(stand).action == "deleteEndpoint"
    kept_text = "\n".join(repr(event) for event in events(stand))
    for form in (PASSWORD, quote(PASSWORD), base64.b64encode(PASSWORD.encode()).decode()):
        assert form not in kept_text


def test_a_secret_that_changes_is_named(
    stand: Stand, worker: None, parameters: dict[str, Any], postgres_cluster: EmbeddedPostgres
) -> None:
    given = EndpointConfig("postgres", parameters, {"password": PASSWORD})
    endpoint = endpoints.register(stand.ctx, NewEndpoint("Source", config=given))
    role = sql.Identifier(parameters["username"])
    with psycopg.connect(postgres_cluster.url(SUPERUSER, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, PASSWORD + "!"))
    moved = EndpointConfig("postgres", parameters, {"password": PASSWORD + "!"})
    endpoints.update(stand.ctx, endpoint.id, EndpointChanges(config=moved))
    event = newest(stand)
    assert (event.before, event.after) == ({}, {"changedSecrets": ["password"]})


def events(stand: Stand) -> list[AuditEvent]:
    with stand.ctx.pool.connection() as conn:
        return stored.list_events(conn, AuditFilter(), 200)


def newest(stand: Stand) -> AuditEvent:
    return events(stand)[0]
