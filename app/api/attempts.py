"""What a request asks to have done, for the audit log: read from the document, whatever becomes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    ObjectValueNode,
    OperationType,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_operation_ast,
    parse,
)

from app.api.documents import MAX_TOKENS
from app.api.roles import root_fields
from app.core.domain.audit import Action, ObjectKind, Subject

# Each mutation, the kind of what it is done to, and the argument that says which one: none when it is new.
SUBJECTS: Mapping[Action, tuple[ObjectKind, str]] = {
    Action.TEST_ENDPOINT: (ObjectKind.ENDPOINT, "input.endpointId"),
    Action.REGISTER_ENDPOINT: (ObjectKind.ENDPOINT, ""),
    Action.UPDATE_ENDPOINT: (ObjectKind.ENDPOINT, "id"),
    Action.DELETE_ENDPOINT: (ObjectKind.ENDPOINT, "id"),
    Action.CREATE_COLLECTION: (ObjectKind.ENDPOINT, "input.endpointId"),
    Action.UPDATE_COLLECTION: (ObjectKind.COLLECTION, "id"),
    Action.DELETE_COLLECTION: (ObjectKind.COLLECTION, "id"),
    Action.TRIGGER_COLLECTION: (ObjectKind.COLLECTION, "collectionId"),
    Action.TRIGGER_ENDPOINT_COLLECTION: (ObjectKind.ENDPOINT, "endpointId"),
    Action.CANCEL_COLLECTION_RUN: (ObjectKind.RUN, "id"),
    Action.APPROVE_REMOVALS: (ObjectKind.RUN, "runId"),
    Action.DISMISS_REMOVALS: (ObjectKind.RUN, "runId"),
    Action.RESTORE_REMOVALS: (ObjectKind.RUN, "runId"),
    Action.CREATE_API_TOKEN: (ObjectKind.API_TOKEN, ""),
    Action.REVOKE_API_TOKEN: (ObjectKind.API_TOKEN, "id"),
}


@dataclass(frozen=True)
class Attempt:
    """A mutation asked for; `key` is the name of its part of the answer."""

    key: str
    action: Action
    subject: Subject | None


# A request that was refused before it was read may have asked for anything.
UNREAD = Attempt("", Action.UNREAD, None)


def attempts_in(text: str, operation_name: str | None, variables: Mapping[str, Any]) -> list[Attempt] | None:
    """The mutations that a document, valid or not, asks for; None when it is too big, or broken."""
    try:
        document = parse(text, no_location=True, max_tokens=MAX_TOKENS)
    except (GraphQLError, RecursionError):
        return None
    return attempts(document, operation_name, variables)


def attempts(
    document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]
) -> list[Attempt]:
    """The mutations that the operation asks for, by their part of the answer; a query asks for none."""
    operation = get_operation_ast(document, operation_name)
    if operation is None or operation.operation is not OperationType.MUTATION:
        return []
    asked = {_key(field): field for field in root_fields(document, operation)}
    return [*_attempts(asked, variables)]


def _attempts(asked: Mapping[str, FieldNode], variables: Mapping[str, Any]) -> Iterator[Attempt]:
    for key, field in asked.items():
        if field.name.value in SUBJECTS:
            action = Action(field.name.value)
            yield Attempt(key, action, _subject(action, field, variables))


def _key(field: FieldNode) -> str:
    return (field.alias or field.name).value


def _subject(action: Action, field: FieldNode, variables: Mapping[str, Any]) -> Subject:
    """Only an id is taken over: any other argument may hold a secret."""
    kind, path = SUBJECTS[action]
    argument, *inner = path.split(".")
    nodes = [each.value for each in field.arguments or () if each.name.value == argument]
    return Subject(kind, _uuid(_given(nodes[0], inner, variables)) if nodes else None)


def _given(node: ValueNode, path: list[str], variables: Mapping[str, Any]) -> object:
    if isinstance(node, VariableNode):
        value: object = variables.get(node.name.value)
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value
    if path and isinstance(node, ObjectValueNode):
        nodes = [each.value for each in node.fields if each.name.value == path[0]]
        return _given(nodes[0], path[1:], variables) if nodes else None
    return node.value if isinstance(node, StringValueNode) else None


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
