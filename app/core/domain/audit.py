"""The audit log: who did what to what, from where, and what came of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.core.domain.auth import Caller, Role
from app.core.domain.collections import Collection
from app.core.domain.endpoints import Endpoint
from app.core.domain.leaks import LeakGate

Values = Mapping[str, Any]


class Action(StrEnum):
    """What can be done. A mutation is called as in the API."""

    TEST_ENDPOINT = "testEndpoint"
    REGISTER_ENDPOINT = "registerEndpoint"
    UPDATE_ENDPOINT = "updateEndpoint"
    DELETE_ENDPOINT = "deleteEndpoint"
    CREATE_COLLECTION = "createCollection"
    UPDATE_COLLECTION = "updateCollection"
    DELETE_COLLECTION = "deleteCollection"
    TRIGGER_COLLECTION = "triggerCollection"
    TRIGGER_ENDPOINT_COLLECTION = "triggerEndpointCollection"
    CANCEL_COLLECTION_RUN = "cancelCollectionRun"
    APPROVE_REMOVALS = "approveRemovals"
    DISMISS_REMOVALS = "dismissRemovals"
    RESTORE_REMOVALS = "restoreRemovals"
    CREATE_API_TOKEN = "createApiToken"  # noqa: S105 - a name
    REVOKE_API_TOKEN = "revokeApiToken"  # noqa: S105 - a name
    SIGN_IN = "signIn"
    SIGN_OUT = "signOut"
    CREATE_SIGN_IN_LINK = "createSignInLink"
    # a request that was refused before it was read
    UNREAD = "unread"
    # says how many refusals were not recorded one by one
    REFUSALS_LEFT_OUT = "refusalsLeftOut"


class SignInMethod(StrEnum):
    """What somebody signed in with."""

    TOKEN = "TOKEN"  # noqa: S105 - a name
    LINK = "LINK"
    SINGLE_SIGN_ON = "SINGLE_SIGN_ON"


class ObjectKind(StrEnum):
    """What things are done to."""

    ENDPOINT = "ENDPOINT"
    COLLECTION = "COLLECTION"
    RUN = "RUN"
    API_TOKEN = "API_TOKEN"  # noqa: S105 - a name


class Outcome(StrEnum):
    """REFUSED: Muster said no; FAILED: it tried and could not. Neither has changed anything."""

    SUCCEEDED = "SUCCEEDED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Subject:
    """What something is done to, as far as it is known."""

    kind: ObjectKind
    id: UUID | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """An event to record. `before` and `after` hold no secret any more."""

    caller: Caller
    action: Action
    subject: Subject | None = None
    outcome: Outcome = Outcome.SUCCEEDED
    error_code: str | None = None
    before: Values | None = None
    after: Values | None = None


@dataclass(frozen=True)
class AuditEvent:
    """A row of audit_events; `id` grows with time."""

    id: int
    at: datetime
    actor: str
    identity: str | None
    role: Role | None
    address: str | None
    action: str
    object_kind: ObjectKind | None
    object_id: UUID | None
    object_name: str | None
    outcome: Outcome
    error_code: str | None
    before: Values | None
    after: Values | None


@dataclass(frozen=True)
class AuditFilter:
    """Which events to list; None does not restrict. `from_` and `to` bound `at`, inclusive."""

    actor: str | None = None
    action: str | None = None
    object_kind: ObjectKind | None = None
    object_id: UUID | None = None
    outcome: Outcome | None = None
    from_: datetime | None = None
    to: datetime | None = None


# Where somebody was answered that it could not be done, although nothing spoke against it.
_FAILURES = frozenset({"E_INTERNAL", "E_TEMPORAL_UNAVAILABLE", "E_CONN_TEST_FAILED"})


def outcome_of(error_code: str) -> Outcome:
    """What came of a thing that ended with this error."""
    return Outcome.FAILED if error_code in _FAILURES else Outcome.REFUSED


def endpoint_values(endpoint: Endpoint) -> dict[str, Any]:
    """What people decide of an endpoint, as the API shows it: its secrets read as the mask."""
    return {
        "sourceId": endpoint.source_id,
        "name": endpoint.name,
        "description": endpoint.description,
        "verb": endpoint.verb,
        "url": endpoint.url,
        "domain": endpoint.domain,
        "labels": endpoint.labels,
        "config": endpoint.config,
        "capabilities": endpoint.capabilities,
        "policy": endpoint.policy.as_shown(),
    }


def collection_values(collection: Collection) -> dict[str, Any]:
    """What people decide of a collection, as the API shows it."""
    return {
        "endpointId": str(collection.endpoint_id),
        "scheduleCron": collection.schedule_cron,
        "scheduleTimezone": collection.schedule_timezone,
        "isEnabled": collection.is_enabled,
    }


def difference(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of both only what is not the same."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}


def masked(values: Values, gate: LeakGate) -> dict[str, Any]:
    """`values`, as JSON has them, with what must not be stored masked.

    Texts are prose; what is within lists and objects is masked as a catalog is: that a user name was hidden
    would tell that the password is the same word.
    """
    return {
        key: gate.fields(key, value)[1] if isinstance(value, str) else _masked_within(value, gate)
        for key, value in values.items()
    }


def _masked_within(value: Any, gate: LeakGate) -> Any:
    if isinstance(value, str):
        return gate.catalog_text(value)
    if isinstance(value, Mapping):
        return {key: _masked_within(item, gate) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked_within(item, gate) for item in value]
    return value
