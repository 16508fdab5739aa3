"""What a query asks of an object, as far as it decides how much of the object is read."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from app.api.context import Info
from app.core.domain.endpoints import Endpoint, EndpointLabel, EndpointName

Fields = Mapping[str, "Fields | None"]
"""Fields of an object and which there may be below each; None: any."""

# The fields of a MetadataEndpoint that an EndpointName has, and those that an EndpointLabel has.
NAME_FIELDS: Fields = dict.fromkeys(
    ("__typename", "id", "sourceId", "name", "templateId", "domain", "isDeleted")
)
LABEL_FIELDS: Fields = dict.fromkeys(("__typename", "id", "name"))

ShownEndpoint = Endpoint | EndpointName | EndpointLabel


def endpoints_shown(info: Info, ids: Sequence[UUID]) -> Sequence[ShownEndpoint | None]:
    """The endpoints, with as much of them as the field of `info` is asked for."""
    reads = info.context.reads
    return reads.endpoint_names(ids) if asks_only(info, NAME_FIELDS) else reads.endpoints(ids)


def asks_only(info: Info, fields: Fields) -> bool:
    """Whether no other fields than `fields` are asked of what the field of `info` shows."""
    known = info.context.narrow_fields
    # they are kept with the document, and with it its nodes; `fields` are constants
    key = (id(fields), *map(id, info.field_nodes))
    if key not in known:
        known[key] = all(_is_within(node.selection_set, fields, info.fragments) for node in info.field_nodes)
    return known[key]


def _is_within(
    selected: SelectionSetNode | None, fields: Fields, fragments: dict[str, FragmentDefinitionNode]
) -> bool:
    for node in selected.selections if selected is not None else ():
        if isinstance(node, FieldNode):
            name = node.name.value
            below = fields.get(name)
            if name not in fields or (below and not _is_within(node.selection_set, below, fragments)):
                return False
        elif isinstance(node, FragmentSpreadNode):
            if not _is_within(fragments[node.name.value].selection_set, fields, fragments):
                return False
        elif isinstance(node, InlineFragmentNode) and not _is_within(node.selection_set, fields, fragments):
            return False
    return True
