"""Connection parameters, checked against the fields of their template."""

import ipaddress
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.api.fields import JSON_DEPTH, PROSE_LENGTH, Input, Text, is_deeper_than, name_field
from app.core.domain.references import parse_reference
from app.core.domain.secrets import MASK
from app.core.domain.templates import (
    TEMPLATES,
    FieldValueType,
    Template,
    TemplateField,
    find_template,
    sensitive_keys,
)
from app.services.inputs import EndpointConfig

_HOST_LABEL = re.compile(r"[^.]{1,63}")
_HOST_LENGTH = 253


class Parameters(fields.Field[EndpointConfig]):
    """`{templateId, parameters}`. `allow_masks`: a mask may stand for the secret that is already stored."""

    def __init__(self, *, allow_masks: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._allow_masks = allow_masks

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> EndpointConfig:
        if is_deeper_than(value, JSON_DEPTH):
            raise ValidationError(f"Must not be nested more than {JSON_DEPTH} deep.")
        if not isinstance(value, dict):
            raise ValidationError("Must be an object with templateId and parameters.")
        loaded = _Config().load(value)
        return read_parameters(loaded["template_id"], loaded["parameters"], allow_masks=self._allow_masks)


class _Config(Input):
    template_id = name_field(required=True)
    parameters = fields.Raw(load_default=dict, allow_none=True)


def read_parameters(template_id: str, values: Any, *, allow_masks: bool) -> EndpointConfig:
    """A configuration whose values fit their template, secrets apart.

    Raises ValidationError with every fault, under `templateId` or `parameters`.
    """
    template = find_template(template_id)
    if template is None:
        raise ValidationError(
            {"templateId": [f"There is no such template. There are: {', '.join(TEMPLATES)}."]}
        )
    try:
        loaded = _load_values(template, {} if values is None else values, allow_masks)
    except ValidationError as error:
        raise ValidationError({"parameters": error.messages}) from None
    secret = sensitive_keys(template)
    return EndpointConfig(
        template_id=template.id,
        parameters={key: value for key, value in loaded.items() if key not in secret},
        secrets={key: value for key, value in loaded.items() if key in secret},
    )


def _load_values(template: Template, values: Any, allow_masks: bool) -> dict[str, Any]:
    if is_deeper_than(values, JSON_DEPTH):
        raise ValidationError(f"Must not be nested more than {JSON_DEPTH} deep.")
    if not isinstance(values, dict):
        raise ValidationError("Must be an object.")
    optional = {field.key for field in template.fields if not field.required}
    # a form sends its empty optional fields too: they are not given
    given = {
        key: value for key, value in values.items() if key not in optional or value not in (None, "", [])
    }
    faults: dict[Any, Any] = {}
    loaded: dict[str, Any] = {}
    try:
        loaded = _schema(template)().load(given)
    except ValidationError as error:
        faults = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
    if not allow_masks:
        for key in sensitive_keys(template):
            if given.get(key) == MASK:
                faults[key] = ["A masked value stands for a stored secret; there is none here."]
    if faults:
        raise ValidationError(faults)
    return loaded


@cache
def _schema(template: Template) -> type[Schema]:
    return Schema.from_dict({field.key: _field(field) for field in template.fields}, name=template.id)


def _field(field: TemplateField) -> fields.Field[Any]:
    made = _text(field, validate=_check_reference) if field.sensitive else _field_of_type(field)
    made.required = field.required
    return made


def _field_of_type(field: TemplateField) -> fields.Field[Any]:
    match field.value_type:
        case FieldValueType.INTEGER | FieldValueType.PORT:
            return fields.Integer(strict=True, validate=validate.Range(field.minimum, field.maximum))
        case FieldValueType.BOOLEAN:
            return fields.Boolean(truthy={True}, falsy={False})
        case FieldValueType.ENUM:
            return fields.String(validate=validate.OneOf([option.value for option in field.options]))
        case FieldValueType.LIST:
            return fields.List(_text(field), validate=validate.Length(max=field.max_items))
        case FieldValueType.HOSTNAME:
            return _text(field, validate=_check_host)
        case FieldValueType.JSON:
            return fields.Raw()
        case _:
            return _text(field)


def _text(field: TemplateField, **kwargs: Any) -> Text:
    return Text(field.max_length or PROSE_LENGTH, min_length=1, pattern=field.pattern, **kwargs)


def _check_reference(secret: str) -> None:
    try:
        parse_reference(secret)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _check_host(host: str) -> None:
    if host.startswith("/"):
        return
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise ValidationError("Must be a host name or an IP address, without a port.") from None
        return
    labels = host.removesuffix(".").split(".")
    if len(host) > _HOST_LENGTH or not all(_HOST_LABEL.fullmatch(label) for label in labels):
        raise ValidationError("Must be a host name or an IP address.")
