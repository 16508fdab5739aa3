"""The inputs of mutations, loaded into what the services take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from app.api.fields import (
    JSON_DEPTH,
    LABEL_LENGTH,
    PROSE_LENGTH,
    URL_LENGTH,
    Id,
    Input,
    Items,
    Text,
    cron_field,
    faults,
    is_deeper_than,
    labels_field,
    load,
    name_field,
    timezone_field,
)
from app.api.parameters import Parameters, read_parameters
from app.core.domain.auth import Role
from app.core.errors import BadInput
from app.services.inputs import (
    CollectionChanges,
    EndpointChanges,
    NewCollection,
    NewEndpoint,
    NewToken,
    TestRequest,
)

MAX_SCHEMAS = 1000
SCHEMA_LENGTH = 256
MINUTE_MS = 60_000
DAY_SECONDS = 86_400
YEAR_HOURS = 8_784
# Names of tokens are printed on terminals: no control character, and none that turns the writing direction.
PRINTABLE = "[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]*"


class _Policy(Input):
    removal_share_percent = fields.Float(allow_none=True, validate=validate.Range(0, 100))
    removal_minimum = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 1_000_000))
    source_pause_ms = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, MINUTE_MS))
    statement_seconds = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, DAY_SECONDS))
    full_pass_hours = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, YEAR_HOURS))


class _NewEndpoint(Input):
    source_id = name_field(allow_none=True)
    name = name_field(required=True)
    description = Text(PROSE_LENGTH, allow_none=True)
    verb = Text(32, allow_none=True)
    url = name_field(URL_LENGTH, allow_none=True)
    domain = Text(allow_none=True)
    labels = labels_field(allow_none=True)
    config = Parameters(allow_none=True)
    capabilities = Items(name_field(LABEL_LENGTH), allow_none=True)
    policy = fields.Nested(_Policy, allow_none=True)


class _EndpointChanges(Input):
    id = Id(required=True)
    name = name_field()
    description = Text(PROSE_LENGTH, allow_none=True)
    verb = Text(32, allow_none=True)
    url = name_field(URL_LENGTH)
    domain = Text(allow_none=True)
    labels = labels_field()
    config = Parameters(allow_masks=True, allow_none=True)
    capabilities = Items(name_field(LABEL_LENGTH))
    policy = fields.Nested(_Policy, allow_none=True)


class _TestRequest(Input):
    endpoint_id = Id(allow_none=True)
    template_id = name_field(allow_none=True)
    parameters = fields.Raw(allow_none=True)

    @validates_schema
    def something_to_test(self, data: Mapping[str, Any], **_: Any) -> None:
        if all(value is None for value in data.values()):
            raise ValidationError("Give endpointId, or templateId with parameters.", "templateId")


class _NewCollection(Input):
    endpoint_id = Id(required=True)
    schedule_cron = cron_field(allow_none=True)
    schedule_timezone = timezone_field(allow_none=True)
    is_enabled = fields.Boolean(allow_none=True)


class _CollectionChanges(Input):
    id = Id(required=True)
    schedule_cron = cron_field(allow_none=True)
    schedule_timezone = timezone_field(allow_none=True)
    is_enabled = fields.Boolean(allow_none=True)


def _schema_names(**kwargs: Any) -> Items[str]:
    return Items(Text(SCHEMA_LENGTH, min_length=1), MAX_SCHEMAS, minimum=1, **kwargs)


class _RunFilters(Input):
    schemas = _schema_names(allow_none=True)

    @pre_load
    def bounded(self, data: Any, **_: Any) -> Any:
        if is_deeper_than(data, JSON_DEPTH):
            raise ValidationError(f"Must not be nested more than {JSON_DEPTH} deep.")
        return data


class _Restrictions(Input):
    filters = fields.Nested(_RunFilters, allow_none=True)
    schema_override = _schema_names(allow_none=True)


class _CollectionTrigger(_Restrictions):
    collection_id = Id(required=True)


class _EndpointTrigger(_Restrictions):
    endpoint_id = Id(required=True)


class _NewToken(Input):
    name = name_field(required=True, pattern=PRINTABLE)
    role = fields.Enum(Role, required=True)
    expires_at = fields.Raw(allow_none=True)


@dataclass(frozen=True)
class Trigger:
    """What to run: a collection's or an endpoint's id, and the schemas to restrict the run to."""

    id: UUID
    filters: tuple[str, ...] | None
    schema_override: tuple[str, ...] | None


@dataclass(frozen=True)
class TestInput:
    """A connection test as it was asked for; its parameters are not read before their template is known."""

    __test__ = False  # not a pytest class

    endpoint_id: UUID | None
    template_id: str | None
    parameters: Any

    @property
    def lacks_template(self) -> bool:
        """Whether the parameters belong to the template of the stored endpoint."""
        return self.template_id is None and self.parameters is not None and self.endpoint_id is not None


def new_endpoint(data: Mapping[str, Any]) -> NewEndpoint:
    """EndpointInput. Raises BadInput, as all of these do."""
    return NewEndpoint(**_given(load(_NewEndpoint, data)))


def endpoint_changes(endpoint_id: str, patch: Mapping[str, Any]) -> tuple[UUID, EndpointChanges]:
    """EndpointPatch, with the id of the endpoint it is for."""
    loaded = load(_EndpointChanges, {**patch, "id": endpoint_id})
    return loaded.pop("id"), EndpointChanges(**loaded)


def test_input(data: Mapping[str, Any]) -> TestInput:
    """TestEndpointInput, but for the parameters: test_request reads them."""
    loaded = load(_TestRequest, data)
    return TestInput(loaded.get("endpoint_id"), loaded.get("template_id"), loaded.get("parameters"))


def test_request(asked: TestInput, template_id: str | None) -> TestRequest:
    """The test to do, its parameters read by the template `template_id`."""
    if asked.endpoint_id is not None and asked.template_id is None and asked.parameters is None:
        return TestRequest(endpoint_id=asked.endpoint_id)
    if template_id is None:
        raise BadInput({"templateId": ["Needed with parameters."]})
    try:
        config = read_parameters(template_id, asked.parameters, allow_masks=asked.endpoint_id is not None)
    except ValidationError as error:
        raise BadInput(faults(error)) from None
    return TestRequest(endpoint_id=asked.endpoint_id, config=config)


def new_collection(data: Mapping[str, Any]) -> NewCollection:
    """CollectionCreateInput."""
    return NewCollection(**_given(load(_NewCollection, data)))


def collection_changes(collection_id: str, data: Mapping[str, Any]) -> tuple[UUID, CollectionChanges]:
    """CollectionUpdateInput, with the id of the collection it is for."""
    loaded = load(_CollectionChanges, {**data, "id": collection_id})
    if loaded.get("is_enabled", False) is None:
        del loaded["is_enabled"]
    if loaded.get("schedule_timezone", "") is None:
        loaded["schedule_timezone"] = "UTC"
    return loaded.pop("id"), CollectionChanges(**loaded)


def collection_trigger(arguments: Mapping[str, Any]) -> Trigger:
    """The arguments of triggerCollection."""
    return _trigger(load(_CollectionTrigger, arguments), "collection_id")


def endpoint_trigger(arguments: Mapping[str, Any]) -> Trigger:
    """The arguments of triggerEndpointCollection."""
    return _trigger(load(_EndpointTrigger, arguments), "endpoint_id")


def new_token(arguments: Mapping[str, Any]) -> NewToken:
    """The arguments of createApiToken."""
    return NewToken(**load(_NewToken, arguments))


def _trigger(loaded: Mapping[str, Any], id_key: str) -> Trigger:
    filters = (loaded.get("filters") or {}).get("schemas")
    return Trigger(loaded[id_key], filters, loaded.get("schema_override"))


def _given(loaded: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in loaded.items() if value is not None}
