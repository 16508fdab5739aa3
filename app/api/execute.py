"""One GraphQL request, from parsed JSON to the answer. Whatever happens, there is an answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import DocumentNode, GraphQLSchema
from werkzeug.exceptions import HTTPException

from app.api.attempts import UNREAD, Attempt, attempts, attempts_in
from app.api.context import RequestContext
from app.api.cost import check_cost
from app.api.documents import Document, Documents, InvalidDocument
from app.api.errors import describe, refusal, unforeseen
from app.api.executor import execute_short
from app.api.limits import QueryLimits
from app.api.roles import needs_no_token, required_role
from app.api.secret_values import secrets_of, secrets_written_in
from app.api.stack_room import with_room
from app.core.domain.auth import Viewer
from app.core.errors import AppError, AuthRequired, BadInput, LimitExceeded, RoleForbidden
from app.services.refusals import Refusal

# What a caller without a token may have parsed at all.
MAX_OPEN_LENGTH = 1_000


@dataclass(frozen=True)
class Operation:
    """A GraphQL request as it came."""

    text: str
    variables: dict[str, Any] = field(default_factory=dict)
    name: str | None = None


def execute(
    schema: GraphQLSchema,
    documents: Documents,
    limits: QueryLimits,
    data: object,
    make_context: Callable[[], RequestContext],
) -> dict[str, Any]:
    """The answer to the request `data`, as JSON. Gives the context's connection back.

    `make_context` finds out who is asking, and may fail as anything else may. Raises the HTTPException that
    it ends a request with.
    """
    operation: Operation | None = None
    context: RequestContext | None = None
    answer: dict[str, Any]
    try:
        operation = _operation(data)
        context = make_context()
        document = _document(schema, documents, operation, context)
        check_cost(
            schema, document.node, operation.name, operation.variables, limits.cost, document.known_costs
        )
        return _result(schema, document, operation, context, hide_suggestions=not limits.introspection)
    except HTTPException:
        raise
    except InvalidDocument as error:
        answer = {"data": None, "errors": [describe(each, error.secrets) for each in error.errors]}
    except AppError as error:
        answer = refusal(error)
    except Exception as error:  # noqa: BLE001 - it is logged, and the caller gets its log id
        answer = refusal(unforeseen(error, secrets_of(operation.variables) if operation else ()))
    if operation is not None and context is not None:
        code = answer["errors"][0]["extensions"]["code"]
        _record(context, [(each, code) for each in _asked(operation, context, code)])
    return answer


def _result(
    schema: GraphQLSchema,
    document: Document,
    operation: Operation,
    context: RequestContext,
    hide_suggestions: bool,
) -> dict[str, Any]:
    context = replace(context, narrow_fields=document.narrow_fields)
    try:
        result = with_room(
            lambda: execute_short(
                schema,
                document.node,
                context,
                operation.variables,
                operation.name,
                hide_suggestions,
                document.plans,
            )
        )
    finally:
        context.reads.close()
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        secrets = [*secrets_of(operation.variables), *secrets_written_in(document.node)]
        answer["errors"] = [describe(error, secrets, context.deadline) for error in result.errors]
        _record(context, _refused(document.node, operation, answer["errors"]))
    return answer


def _asked(operation: Operation, context: RequestContext, code: str) -> list[Attempt]:
    """What the operation asks for, that is refused as a whole with the error `code`."""
    if context.viewer is None and len(operation.text) > MAX_OPEN_LENGTH:
        return [UNREAD]
    found = attempts_in(operation.text, operation.name, operation.variables)
    if found is None:
        # nothing can have come of a broken grammar; what is too big may have asked for anything
        return [UNREAD] if code == LimitExceeded.code else []
    return found


def _refused(
    document: DocumentNode, operation: Operation, errors: list[dict[str, Any]]
) -> list[tuple[Attempt, str]]:
    """What was asked for and did not come about, each with the code of its error.

    An error below a mutation's own place in the answer is about showing what it did. One without a place was
    met before anything was done.
    """
    asked = attempts(document, operation.name, operation.variables)
    codes = {tuple(error.get("path", ())): error["extensions"]["code"] for error in errors}
    if () in codes:
        return [(each, codes[()]) for each in asked]
    return [(each, codes[each.key,]) for each in asked if (each.key,) in codes]


def _record(context: RequestContext, refused: Iterable[tuple[Attempt, str]]) -> None:
    refusals = [Refusal(each.action, each.subject, code) for each, code in refused]
    context.services.refusals.record(context.services.caller, refusals)


def _operation(data: object) -> Operation:
    if not isinstance(data, dict):
        raise BadInput({}, "The request must be a JSON object with a query.")
    text, variables, name = data.get("query"), data.get("variables"), data.get("operationName")
    faults: dict[str, list[str]] = {}
    if not isinstance(text, str) or not text.strip():
        faults["query"] = ["Must be a GraphQL document, as a text."]
    if not isinstance(variables, dict | None):
        faults["variables"] = ["Must be an object."]
    if not isinstance(name, str | None):
        faults["operationName"] = ["Must be a text."]
    if faults:
        raise BadInput(faults)
    return Operation(str(text), variables or {}, name or None)


def _document(
    schema: GraphQLSchema, documents: Documents, operation: Operation, context: RequestContext
) -> Document:
    if context.viewer is None:
        return _open_document(documents, operation)
    try:
        document = documents.get(operation.text)
    except InvalidDocument as error:
        # who may not do a thing is told so before hearing what is wrong with how it was asked
        if error.document is not None:
            _check_role(schema, Document(error.document), operation, context.viewer)
        raise
    _check_role(schema, document, operation, context.viewer)
    return document


def _open_document(documents: Documents, operation: Operation) -> Document:
    if len(operation.text) > MAX_OPEN_LENGTH:
        raise AuthRequired
    try:
        document = documents.read(operation.text)
    except (AppError, InvalidDocument):
        raise AuthRequired from None
    if not needs_no_token(document.node, operation.name):
        raise AuthRequired
    return document


def _check_role(schema: GraphQLSchema, document: Document, operation: Operation, viewer: Viewer) -> None:
    required = required_role(schema, document.node, operation.name, document.known_roles)
    if not viewer.role.includes(required):
        raise RoleForbidden(required)
