"""The prepare_collection_job activity: whether the run may read its source, or why not."""

from collections.abc import Mapping
from uuid import UUID

from temporalio import activity

from app.core.contracts import Activity, PrepareResult, RunRef
from app.core.db import collections, endpoints, runs
from app.core.db.pool import autocommit
from app.core.domain.collections import Collection
from app.core.domain.endpoints import METADATA_CAPABILITY, Endpoint
from app.core.domain.runs import RunErrorCode
from app.core.domain.secrets import SecretBox, UnreadableSecret
from app.core.domain.templates import find_template
from worker.activities.context import ActivityContext
from worker.activities.failures import run_failure, state_conflict


class Preparing:
    """Bound to a worker's context; holds nothing of a run."""

    def __init__(self, context: ActivityContext) -> None:
        self._context = context

    @activity.defn(name=Activity.PREPARE)
    def prepare_collection_job(self, request: RunRef) -> PrepareResult:
        """Go on, or skip with a reason: much may have changed since the run was asked for.

        Raises ApplicationError BAD_CONFIG when the endpoint's secrets cannot be opened.
        """
        run_id = UUID(request.run_id)
        with autocommit(self._context.pool) as conn:
            run = runs.get_run(conn, run_id)
            if run is None or not run.is_active:
                raise state_conflict(run_id)
            collection = None
            if run.collection_id is not None:
                collection = collections.get_collection(conn, run.collection_id, include_deleted=True)
            endpoint, sealed = endpoints.get_with_secrets(conn, run.endpoint_id)
        reason = reason_to_skip(collection, endpoint)
        if reason is None:
            open_secrets(self._context.secrets, sealed)
        return PrepareResult(reason)


def reason_to_skip(collection: Collection | None, endpoint: Endpoint | None) -> str | None:
    """Why a run of this collection must not read its source, as a sentence; None when it may."""
    if endpoint is None or endpoint.is_deleted:
        return "The endpoint has been deleted."
    if collection is None or collection.deleted_at is not None:
        return "The collection has been deleted."
    if not collection.is_enabled:
        return "The collection is disabled."
    if METADATA_CAPABILITY not in endpoint.capabilities:
        return f"The endpoint lacks the capability “{METADATA_CAPABILITY}”."
    if find_template(endpoint.template_id) is None:
        return "There is no connector for the endpoint: it has no template."
    return None


def open_secrets(box: SecretBox, sealed: Mapping[str, str]) -> dict[str, str]:
    """The endpoint's secrets in plain text. Raises ApplicationError BAD_CONFIG when no key opens one."""
    try:
        return box.open(sealed)
    except UnreadableSecret as error:
        raise run_failure(RunErrorCode.BAD_CONFIG, f"The endpoint cannot be used: {error}.") from None
