"""Errors on their way out: `extensions.code` for every one, and never a stack trace or SQL."""

import logging
import traceback
import uuid
from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError, VariableDefinitionNode
from graphql.language.print_string import print_string

from app.api.limits import Deadline
from app.core.db.errors import is_database_away, is_statement_timeout
from app.core.domain.secrets import redact
from app.core.errors import AppError, BadInput, InternalError, LimitExceeded

# What the GraphQL library says may quote the input.
MESSAGE_LENGTH = 500

log = logging.getLogger(__name__)


def refusal(error: AppError) -> dict[str, Any]:
    """The answer to a request that was not executed."""
    return {"data": None, "errors": [as_dict(error)]}


def as_dict(error: AppError) -> dict[str, Any]:
    """An entry of `errors`."""
    return {"message": error.message, "extensions": {"code": error.code, **error.extra}}


def describe(error: GraphQLError, secrets: Iterable[str], deadline: Deadline | None = None) -> dict[str, Any]:
    """An entry of `errors` for whatever the execution met, with path and locations.

    What nobody foresaw is logged, without `secrets`. `deadline`: what the statements were bound to.
    """
    entry: dict[str, Any] = as_dict(_translated(error, secrets, deadline))
    for key in ("locations", "path"):
        if key in error.formatted:
            entry[key] = error.formatted[key]
    return entry


def unforeseen(error: BaseException, secrets: Iterable[str]) -> InternalError:
    """What the caller is told of an error nobody foresaw; the log has the rest, without `secrets`."""
    log_id = uuid.uuid4().hex
    if is_database_away(error):
        log.error("database_away", extra={"log_id": log_id, "error": _without(str(error), secrets)})
        return InternalError.database_away(log_id)
    trace = _without("".join(traceback.format_exception(error)), secrets)
    log.error("unforeseen_error", extra={"log_id": log_id, "trace": trace})
    return InternalError(log_id)


def _translated(error: GraphQLError, secrets: Iterable[str], deadline: Deadline | None) -> AppError:
    cause = _cause(error)
    if isinstance(cause, AppError):
        return cause
    if isinstance(cause, RecursionError):
        return LimitExceeded("The query is nested too deeply.")
    if deadline is not None and is_statement_timeout(cause):
        return deadline.exceeded()
    # without a place in the answer it was met before anything was resolved: the request is at fault
    if cause is None or error.path is None:
        return _bad_request(error, secrets)
    return unforeseen(cause, secrets)


def _cause(error: GraphQLError) -> BaseException | None:
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _bad_request(error: GraphQLError, secrets: Iterable[str]) -> BadInput:
    message = _without(error.message, secrets)
    if len(message) > MESSAGE_LENGTH:
        message = message[:MESSAGE_LENGTH] + "…"
    variables = [n.variable.name.value for n in error.nodes or [] if isinstance(n, VariableDefinitionNode)]
    return BadInput({name: [message] for name in variables}, message)


def _without(text: str, secrets: Iterable[str]) -> str:
    """`text` with the secrets masked, as they stand and as Python and GraphQL write them between quotes."""
    forms = {form for s in secrets for form in (s, repr(s)[1:-1], print_string(s)[1:-1])}
    return redact(text, forms)
