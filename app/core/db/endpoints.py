"""Endpoints in Postgres. Secrets come and go sealed; reading them is a verb of its own."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from app.core.db.columns import fetch_columns, pick_all
from app.core.db.errors import LIVE_SOURCE_ID, violations
from app.core.db.queries import query
from app.core.db.rows import (
    Conn,
    Row,
    contains_pattern,
    execute,
    fetch_all,
    fetch_count,
    fetch_inserted,
    fetch_one,
    pick,
    position_after,
)
from app.core.domain.endpoints import Diagnostic, Endpoint, EndpointDetails, EndpointName, EndpointTest
from app.core.domain.policies import EndpointPolicy
from app.core.errors import DuplicateSourceId


def get_endpoint(conn: Conn, endpoint_id: UUID) -> Endpoint | None:
    """The endpoint, also when it has been deleted."""
    return fetch_one(conn, query("endpoints", "get_endpoint"), {"id": endpoint_id}, _endpoint)


def lock_endpoint(conn: Conn, endpoint_id: UUID) -> Endpoint | None:
    """get_endpoint, and nobody changes it until this transaction ends.

    Who locks a collection too locks its endpoint first.
    """
    return fetch_one(conn, query("endpoints", "lock_endpoint"), {"id": endpoint_id}, _endpoint)


def list_endpoints(
    conn: Conn,
    *,
    search: str | None = None,
    labels: Collection[str] | None = None,
    capability: str | None = None,
    include_deleted: bool = False,
    first: int,
    after: UUID | None = None,
) -> list[Endpoint]:
    """At most `first` endpoints after `after`, newest first. Raises BadInput for an unknown `after`."""
    position = position_after(conn, query("endpoints", "endpoint_position"), after)
    params = _filter(search, labels, capability, include_deleted) | position.bounds() | {"first": first}
    return fetch_all(conn, query("endpoints", "list_endpoints"), params, _endpoint)


def count_endpoints(
    conn: Conn,
    *,
    search: str | None = None,
    labels: Collection[str] | None = None,
    capability: str | None = None,
    include_deleted: bool = False,
) -> int:
    """How many endpoints list_endpoints would give in all."""
    params = _filter(search, labels, capability, include_deleted)
    return fetch_count(conn, query("endpoints", "count_endpoints"), params)


def endpoints_for_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, Endpoint]:
    """The endpoints by id, deleted ones too; unknown ids are left out."""
    found = fetch_all(conn, query("endpoints", "endpoints_for_ids"), {"ids": list(ids)}, _endpoint)
    return {endpoint.id: endpoint for endpoint in found}


def endpoint_names_for_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, EndpointName]:
    """What lists show of the endpoints, by id, deleted ones too; unknown ids are left out."""
    sql = query("endpoints", "endpoint_names_for_ids")
    found = pick_all(EndpointName, fetch_columns(conn, sql, {"ids": list(ids)}))
    return {endpoint.id: endpoint for endpoint in found}


def dataset_counts_for_endpoint_ids(conn: Conn, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many datasets each endpoint has that are not removed; 0 for a deleted endpoint."""
    sql = query("endpoints", "dataset_counts_for_endpoint_ids")
    counts = fetch_all(conn, sql, {"ids": list(ids)}, lambda row: (row["endpoint_id"], row["datasets"]))
    return dict.fromkeys(ids, 0) | dict(counts)


def list_labels(conn: Conn, first: int) -> list[str]:
    """The first `first` labels that live endpoints carry, each once, in order."""
    return fetch_all(conn, query("endpoints", "list_labels"), {"first": first}, lambda row: str(row["label"]))


def sealed_secrets(conn: Conn, endpoint_id: UUID) -> dict[str, str]:
    """The encrypted parameters by name; empty for an unknown endpoint."""
    found = fetch_one(
        conn, query("endpoints", "sealed_secrets"), {"id": endpoint_id}, lambda row: dict(row["secrets"])
    )
    return found or {}


def get_with_secrets(conn: Conn, endpoint_id: UUID) -> tuple[Endpoint, dict[str, str]]:
    """An endpoint that something refers to, also when it has been deleted, and its encrypted parameters."""
    [found] = fetch_all(
        conn,
        query("endpoints", "get_endpoint"),
        {"id": endpoint_id},
        lambda row: (_endpoint(row), dict(row["secrets"])),
    )
    return found


def is_source_id_taken(conn: Conn, source_id: str) -> bool:
    """Whether a live endpoint has this source id."""
    return fetch_count(conn, query("endpoints", "is_source_id_taken"), {"source_id": source_id}) > 0


def insert_endpoint(conn: Conn, details: EndpointDetails, sealed: Mapping[str, str]) -> Endpoint:
    """Store a new endpoint. Raises DuplicateSourceId when a live one has its source id."""
    params = _details(details) | {"secrets": Jsonb(dict(sealed))}
    with violations({LIVE_SOURCE_ID: DuplicateSourceId(details.source_id)}):
        return fetch_inserted(conn, query("endpoints", "insert_endpoint"), params, _endpoint)


def update_endpoint(
    conn: Conn, endpoint_id: UUID, details: EndpointDetails, sealed: Mapping[str, str] | None
) -> Endpoint | None:
    """Store the details; `sealed` None keeps the secrets, else they are replaced as a whole.

    The source id never changes. None when the endpoint is unknown or deleted.
    """
    secrets = None if sealed is None else Jsonb(dict(sealed))
    params = _details(details) | {"id": endpoint_id, "secrets": secrets}
    return fetch_one(conn, query("endpoints", "update_endpoint"), params, _endpoint)


def set_last_test(
    conn: Conn, endpoint_id: UUID, test: EndpointTest, detected_version: str | None
) -> Endpoint | None:
    """Record a connection test; None when the endpoint is unknown or deleted.

    A version that was not detected this time stays as it was.
    """
    document = {
        "ok": test.ok,
        "tested_at": test.tested_at.isoformat(),
        "diagnostics": [diagnostic.as_dict() for diagnostic in test.diagnostics],
    }
    params = {"id": endpoint_id, "last_test": Jsonb(document), "detected_version": detected_version}
    return fetch_one(conn, query("endpoints", "set_last_test"), params, _endpoint)


def soft_delete_endpoint(conn: Conn, endpoint_id: UUID, now: datetime) -> bool:
    """Whether this call deleted the endpoint."""
    return execute(conn, query("endpoints", "soft_delete_endpoint"), {"id": endpoint_id, "now": now}) > 0


def _filter(
    search: str | None, labels: Collection[str] | None, capability: str | None, include_deleted: bool
) -> Row:
    return {
        "pattern": contains_pattern(search),
        "labels": list(labels) if labels else None,
        "capability": capability,
        "include_deleted": include_deleted,
    }


def _details(details: EndpointDetails) -> Row:
    return {
        "source_id": details.source_id,
        "name": details.name,
        "description": details.description,
        "template_id": details.template_id,
        "verb": details.verb,
        "url": details.url,
        "domain": details.domain,
        "labels": list(details.labels),
        "parameters": Jsonb(dict(details.parameters)),
        "capabilities": list(details.capabilities),
        "policy": Jsonb(details.policy.as_document()),
    }


def _endpoint(row: Row) -> Endpoint:
    test = row["last_test"]
    return pick(
        Endpoint,
        row,
        secret_names=sorted(row["secrets"]),
        last_test=_last_test(test) if test else None,
        policy=EndpointPolicy.from_document(row["policy"]),
    )


def _last_test(document: Row) -> EndpointTest:
    return EndpointTest(
        ok=document["ok"],
        tested_at=datetime.fromisoformat(document["tested_at"]),
        diagnostics=tuple(Diagnostic(**diagnostic) for diagnostic in document["diagnostics"]),
    )
