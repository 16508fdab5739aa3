"""Registering, testing, changing and deleting endpoints."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from app.core.db import collections, endpoints
from app.core.db.rows import Conn
from app.core.db.secret_keys import hold_keys
from app.core.domain.audit import Action, ObjectKind, Subject, difference, endpoint_values
from app.core.domain.endpoints import METADATA_CAPABILITY, Endpoint, EndpointDetails, TestResult
from app.core.domain.policies import EndpointPolicy
from app.core.domain.secrets import MASK, UnreadableSecret, mask_url
from app.core.domain.templates import Template, display_url, find_template
from app.core.errors import BadInput, DuplicateSourceId, EndpointDeleted, EndpointNotFound
from app.services import audit, connections, runs
from app.services.connections import Connection
from app.services.context import Context
from app.services.inputs import (
    UNSET,
    EndpointChanges,
    EndpointConfig,
    NewEndpoint,
    TestRequest,
    Unset,
)

log = logging.getLogger(__name__)


def test(ctx: Context, request: TestRequest) -> TestResult:
    """Test what is stored, or what is given; a source that refuses is a result, not an error.

    The test of a stored endpoint as it is becomes its last test. Raises EndpointNotFound, EndpointDeleted,
    BadInput when there is nothing to test, TemporalUnavailable.
    """
    stored = None
    if request.endpoint_id is not None:
        stored = _stored_connection(ctx, request.endpoint_id)
    connection = stored
    if request.config is not None:
        connection = connections.resolve(request.config, stored, "parameters")
    if connection is None:
        raise BadInput({"endpointId": ["It has no template, so there is no connection to test."]})
    result = connections.test(ctx, connection)
    with ctx.pool.connection() as conn:
        if request.endpoint_id is not None and request.config is None:
            last_test = connections.as_last_test(ctx, result)
            endpoints.set_last_test(conn, request.endpoint_id, last_test, result.detected_version)
        _record_test(ctx, conn, request.endpoint_id, connection, stored, result)
    return result


def register(ctx: Context, new: NewEndpoint) -> Endpoint:
    """Test the connection, then store the endpoint with a manual collection and its first run.

    Without a template it is stored untested and gets no first run. Raises BadInput, DuplicateSourceId,
    ConnTestFailed, TemporalUnavailable; then nothing is stored.
    """
    connection = connections.resolve(new.config, None)
    details = _details(new)
    with ctx.pool.connection() as conn:
        if endpoints.is_source_id_taken(conn, details.source_id):
            raise DuplicateSourceId(details.source_id)
    result = None if connection is None else connections.check(ctx, connection)
    first_run = None
    with ctx.pool.connection() as conn:
        hold_keys(conn)
        sealed = {} if connection is None else ctx.secrets.seal(connection.secrets)
        endpoint = endpoints.insert_endpoint(conn, details, sealed)
        collection = collections.insert_collection(conn, endpoint.id)
        if result is not None:
            last_test = connections.as_last_test(ctx, result)
            endpoint = (
                endpoints.set_last_test(conn, endpoint.id, last_test, result.detected_version) or endpoint
            )
            if METADATA_CAPABILITY in endpoint.capabilities:
                first_run = runs.queue_first(ctx, conn, collection)
        audit.record(
            conn,
            ctx.caller,
            Action.REGISTER_ENDPOINT,
            Subject(ObjectKind.ENDPOINT, endpoint.id, endpoint.name),
            after=endpoint_values(endpoint),
            secrets=_values(connection),
        )
    if first_run is not None:
        runs.start(ctx, first_run)
    return endpoint


def update(ctx: Context, endpoint_id: UUID, changes: EndpointChanges) -> Endpoint:
    """Change the endpoint, after a test when the connection changes. Never un-deletes, never runs anything.

    Raises EndpointNotFound, EndpointDeleted, BadInput, ConnTestFailed, TemporalUnavailable; then nothing has
    changed.
    """
    is_new, stored, connection = False, None, None
    if not isinstance(changes.config, Unset):
        stored = _stored_connection(ctx, endpoint_id)
        connection = connections.resolve(changes.config or EndpointConfig(), stored)
        is_new = connection != stored
    result = connections.check(ctx, connection) if is_new and connection is not None else None
    with ctx.pool.connection() as conn:
        endpoint = runs.lock_live_endpoint(conn, endpoint_id)
        stored_values = _stored_values(ctx, conn, endpoint_id)
        sealed = None
        if is_new:
            hold_keys(conn)
            sealed = {} if connection is None else ctx.secrets.seal(connection.secrets)
        details = _changed(endpoint, changes)
        updated = endpoints.update_endpoint(conn, endpoint_id, details, sealed) or endpoint
        if result is not None:
            last_test = connections.as_last_test(ctx, result)
            updated = (
                endpoints.set_last_test(conn, endpoint_id, last_test, result.detected_version) or updated
            )
        before, after = difference(endpoint_values(endpoint), endpoint_values(updated))
        if is_new:
            after["changedSecrets"] = _changed_secrets(stored, connection)
        audit.record(
            conn,
            ctx.caller,
            Action.UPDATE_ENDPOINT,
            Subject(ObjectKind.ENDPOINT, endpoint_id, updated.name),
            before=before,
            after=after,
            secrets=[*stored_values, *_values(connection)],
        )
        return updated


def delete(ctx: Context, endpoint_id: UUID) -> bool:
    """Soft-delete the endpoint and its collections, and stop an active run; earlier runs stay.

    Raises EndpointNotFound, EndpointDeleted.
    """
    now = ctx.clock()
    with ctx.pool.connection() as conn:
        endpoint = runs.lock_live_endpoint(conn, endpoint_id)
        [live] = collections.collections_for_endpoint_ids(conn, [endpoint_id]).values()
        for collection in live:
            collections.lock_collection(conn, collection.id)
        running = runs.cancel_queued(ctx, conn, [collection.id for collection in live])
        for collection in live:
            collections.soft_delete_collection(conn, collection.id, now)
            collections.notify_reconciler(conn, collection.id)
        endpoints.soft_delete_endpoint(conn, endpoint_id, now)
        audit.record(
            conn,
            ctx.caller,
            Action.DELETE_ENDPOINT,
            Subject(ObjectKind.ENDPOINT, endpoint_id, endpoint.name),
            before=endpoint_values(endpoint),
            secrets=_stored_values(ctx, conn, endpoint_id),
        )
    runs.request_cancel(ctx, running)
    return True


def _stored_connection(ctx: Context, endpoint_id: UUID) -> Connection | None:
    """The live endpoint's connection; None when it has no template."""
    with ctx.pool.connection() as conn:
        endpoint = endpoints.get_endpoint(conn, endpoint_id)
        if endpoint is None:
            raise EndpointNotFound(endpoint_id)
        if endpoint.is_deleted:
            raise EndpointDeleted(endpoint_id)
        sealed = endpoints.sealed_secrets(conn, endpoint_id)
    if endpoint.template_id is None:
        return None
    try:
        secrets = ctx.secrets.open(sealed)
    except UnreadableSecret:
        log.warning("stored_secrets_unreadable", extra={"endpoint_id": str(endpoint_id)})
        return Connection(endpoint.template_id, endpoint.parameters, {}, is_readable=False)
    return Connection(endpoint.template_id, endpoint.parameters, secrets)


def _record_test(
    ctx: Context,
    conn: Conn,
    endpoint_id: UUID | None,
    connection: Connection,
    stored: Connection | None,
    result: TestResult,
) -> None:
    endpoint = endpoints.get_endpoint(conn, endpoint_id) if endpoint_id is not None else None
    masked = dict.fromkeys(connection.secrets, MASK)
    audit.record(
        conn,
        ctx.caller,
        Action.TEST_ENDPOINT,
        Subject(ObjectKind.ENDPOINT, endpoint_id, endpoint.name if endpoint else None),
        after={
            "config": {
                "templateId": connection.template_id,
                "parameters": {**connection.parameters, **masked},
            },
            "ok": result.ok,
            "errors": [step.code for step in result.diagnostics if step.level == "ERROR"],
        },
        secrets=_values(connection, stored),
    )


def _values(*connections: Connection | None) -> list[str]:
    return [value for each in connections if each is not None for value in each.secrets.values()]


def _changed_secrets(before: Connection | None, after: Connection | None) -> list[str]:
    """The names of the secrets that one of them has and the other has not, or has another value for."""
    old, new = before.secrets if before else {}, after.secrets if after else {}
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _stored_values(ctx: Context, conn: Conn, endpoint_id: UUID) -> list[str]:
    """The endpoint's secrets, for masking what is recorded; none when no key opens them any more."""
    try:
        return [*ctx.secrets.open(endpoints.sealed_secrets(conn, endpoint_id)).values()]
    except UnreadableSecret:
        log.warning("stored_secrets_unreadable", extra={"endpoint_id": str(endpoint_id)})
        return []


def _details(new: NewEndpoint) -> EndpointDetails:
    template = find_template(new.config.template_id)
    return EndpointDetails(
        source_id=new.source_id or f"{new.config.template_id or 'endpoint'}-{uuid4().hex[:12]}",
        name=new.name,
        description=new.description,
        template_id=new.config.template_id,
        verb=new.verb or (template.connection.default_verb if template else None),
        url=_url(template, new),
        domain=new.domain,
        labels=list(new.labels),
        parameters=new.config.parameters,
        capabilities=_capabilities(template, new.capabilities),
        policy=EndpointPolicy().changed(new.policy),
    )


def _changed(endpoint: Endpoint, changes: EndpointChanges) -> EndpointDetails:
    given = {
        name: value
        for name in ("name", "description", "verb", "domain", "labels", "capabilities")
        if (value := getattr(changes, name)) is not UNSET
    }
    if not isinstance(changes.config, Unset):
        config = changes.config or EndpointConfig()
        given |= {"template_id": config.template_id, "parameters": config.parameters}
    if not isinstance(changes.policy, Unset):
        policy = EndpointPolicy() if changes.policy is None else endpoint.policy.changed(changes.policy)
        given["policy"] = policy
    changed = replace(endpoint, **given)
    template = find_template(changed.template_id)
    is_moved = (changed.template_id, changed.parameters) != (endpoint.template_id, endpoint.parameters)
    if not isinstance(changes.url, Unset):
        return replace(changed, url=mask_url(changes.url))
    if is_moved and template is not None:
        return replace(changed, url=display_url(template, changed.parameters))
    return changed


def _url(template: Template | None, new: NewEndpoint) -> str:
    """The address to show: the one given with its secrets masked, else the template's own."""
    if new.url is None and template is not None:
        return display_url(template, new.config.parameters)
    return mask_url(new.url or "")


def _capabilities(template: Template | None, given: Sequence[str] | None) -> list[str]:
    if given is not None:
        return list(given)
    return [capability.key for capability in template.capabilities] if template else []
