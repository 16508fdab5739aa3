"""triggerCollection, triggerEndpointCollection, cancelCollectionRun."""

from typing import Any

from ariadne import MutationType

from app.api import arguments, inputs
from app.api.context import Info
from app.api.mutations.writing import begin
from app.core.domain.runs import Run
from app.services import runs

mutation = MutationType()


@mutation.field("triggerCollection")
def resolve_trigger_collection(_: object, info: Info, **given: Any) -> Run:
    asked = inputs.collection_trigger(given)
    return runs.trigger(begin(info), asked.id, asked.filters, asked.schema_override)


@mutation.field("triggerEndpointCollection")
def resolve_trigger_endpoint_collection(_: object, info: Info, **given: Any) -> Run:
    asked = inputs.endpoint_trigger(given)
    return runs.trigger_endpoint(begin(info), asked.id, asked.filters, asked.schema_override)


@mutation.field("cancelCollectionRun")
def resolve_cancel_collection_run(_: object, info: Info, **given: Any) -> Run:
    return runs.cancel(begin(info), arguments.read_id(given))


bindables = [mutation]
