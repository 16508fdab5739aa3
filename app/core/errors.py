"""Every error a caller of Muster can meet: one class per code, the only list of codes there is.

The codes and the moments they are used in are those of SPEC.md ("GraphQL"). `AppError.message` is a
sentence for a person; `extra` travels beside the code to the client, so it never holds a secret.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class AppError(Exception):
    """A refusal with a code. `extra` holds the additional keys that SPEC.md names for the code."""

    code: ClassVar[str] = "E_INTERNAL"

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra: dict[str, Any] = extra


class AuthRequired(AppError):
    """No token, or one that is unknown, expired or revoked."""

    code = "E_AUTH_REQUIRED"

    def __init__(self, message: str = "Sign in to continue: a valid token is needed.") -> None:
        super().__init__(message)


class RoleForbidden(AppError):
    """The caller's role is too low; `required` is the least role that may do it."""

    code = "E_ROLE_FORBIDDEN"

    def __init__(self, required: str) -> None:
        super().__init__(f"This needs the {required} role.", required=required)


class BadInput(AppError):
    """Malformed arguments; `fields` maps a field path to the sentences that say what is wrong with it."""

    code = "E_BAD_INPUT"

    def __init__(self, fields: Mapping[str, Sequence[str]], message: str | None = None) -> None:
        self.fields = {path: list(messages) for path, messages in fields.items()}
        first = next(((path, texts[0]) for path, texts in self.fields.items() if texts), None)
        super().__init__(
            message or (f"{first[0]}: {first[1]}" if first else "Bad input."), fields=self.fields
        )


class EndpointNotFound(AppError):
    code = "E_ENDPOINT_NOT_FOUND"

    def __init__(self, endpoint_id: object) -> None:
        super().__init__(f"There is no endpoint {endpoint_id}.")


class EndpointDeleted(AppError):
    code = "E_ENDPOINT_DELETED"

    def __init__(self, endpoint_id: object) -> None:
        super().__init__(f"Endpoint {endpoint_id} has been deleted.")


class DuplicateSourceId(AppError):
    code = "E_DUPLICATE_SOURCE_ID"

    def __init__(self, source_id: str) -> None:
        super().__init__(f"Another endpoint already has the source id “{source_id}”.", sourceId=source_id)


class ConnTestFailed(AppError):
    """The source refused a connection test; `diagnostics` lists the steps (dicts of the Diagnostic type)."""

    code = "E_CONN_TEST_FAILED"

    def __init__(self, message: str, diagnostics: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(message, diagnostics=[dict(d) for d in diagnostics])


class CapabilityMissing(AppError):
    code = "E_CAPABILITY_MISSING"

    def __init__(self, capability: str) -> None:
        super().__init__(f"The endpoint lacks the capability “{capability}”.", capability=capability)


class CollectionNotFound(AppError):
    code = "E_COLLECTION_NOT_FOUND"

    def __init__(self, collection_id: object) -> None:
        super().__init__(f"There is no collection {collection_id}.")


class CollectionExists(AppError):
    code = "E_COLLECTION_EXISTS"

    def __init__(self, collection_id: object) -> None:
        super().__init__("The endpoint already has a collection.", collectionId=str(collection_id))


class CollectionDisabled(AppError):
    code = "E_COLLECTION_DISABLED"

    def __init__(self, collection_id: object) -> None:
        super().__init__(f"Collection {collection_id} is disabled. Enable it to run it.")


class CollectionInProgress(AppError):
    code = "E_COLLECTION_IN_PROGRESS"

    def __init__(self, run_id: object) -> None:
        super().__init__("A run of this collection is already queued or running.", runId=str(run_id))


class RunNotFound(AppError):
    code = "E_RUN_NOT_FOUND"

    def __init__(self, run_id: object) -> None:
        super().__init__(f"There is no run {run_id}.")


class RunNotActive(AppError):
    code = "E_RUN_NOT_ACTIVE"

    def __init__(self, run_id: object, status: str) -> None:
        super().__init__(f"Run {run_id} has already ended ({status}).")


class DatasetNotFound(AppError):
    code = "E_DATASET_NOT_FOUND"

    def __init__(self, dataset_id: object) -> None:
        super().__init__(f"There is no dataset {dataset_id}.")


class TemporalUnavailable(AppError):
    code = "E_TEMPORAL_UNAVAILABLE"

    def __init__(self, message: str = "Temporal did not answer. Try again shortly.") -> None:
        super().__init__(message)


class LimitExceeded(AppError):
    """A request beyond a limit of the service; the message says which one and by how much."""

    code = "E_LIMIT"


class InternalError(AppError):
    """Anything unforeseen. The caller gets `log_id` to quote; the log has the cause."""

    code = "E_INTERNAL"

    def __init__(self, log_id: str) -> None:
        super().__init__("Internal error", logId=log_id)

    @classmethod
    def database_away(cls, log_id: str) -> "InternalError":
        """Muster's own database does not answer: nobody can act on "Internal error", but on this."""
        error = cls(log_id)
        error.message = "Muster’s database does not answer. Try again shortly."
        error.extra["service"] = "POSTGRES"
        return error
