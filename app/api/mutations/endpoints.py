"""testEndpoint, registerEndpoint, updateEndpoint, deleteEndpoint."""

from typing import Any

from ariadne import MutationType

from app.api import arguments, inputs
from app.api.context import Info
from app.api.mutations.writing import begin
from app.core.domain.endpoints import Endpoint, TestResult
from app.core.errors import EndpointNotFound
from app.services import endpoints

mutation = MutationType()


@mutation.field("testEndpoint")
def resolve_test_endpoint(_: object, info: Info, **given: Any) -> TestResult:
    asked = inputs.test_input(given["input"])
    template_id = _stored_template(info, asked) if asked.lacks_template else asked.template_id
    return endpoints.test(begin(info), inputs.test_request(asked, template_id))


@mutation.field("registerEndpoint")
def resolve_register_endpoint(_: object, info: Info, **given: Any) -> Endpoint:
    return endpoints.register(begin(info), inputs.new_endpoint(given["input"]))


@mutation.field("updateEndpoint")
def resolve_update_endpoint(_: object, info: Info, **given: Any) -> Endpoint:
    endpoint_id, changes = inputs.endpoint_changes(given["id"], given["patch"])
    return endpoints.update(begin(info), endpoint_id, changes)


@mutation.field("deleteEndpoint")
def resolve_delete_endpoint(_: object, info: Info, **given: Any) -> bool:
    return endpoints.delete(begin(info), arguments.read_id(given))


def _stored_template(info: Info, asked: inputs.TestInput) -> str | None:
    ids = [] if asked.endpoint_id is None else [asked.endpoint_id]
    stored = next(iter(info.context.reads.endpoints(ids)), None)
    if stored is None:
        raise EndpointNotFound(asked.endpoint_id)
    return stored.template_id


bindables = [mutation]
