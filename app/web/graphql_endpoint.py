"""POST /graphql. What is no GraphQL request gets an HTTP error of the same shape; all else is HTTP 200."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from graphql import GraphQLSchema

from app.api.context import RequestContext
from app.api.documents import Documents
from app.api.errors import refusal
from app.api.execute import execute
from app.api.limits import QueryLimits
from app.core.config_sections import RequestLimits
from app.core.domain.audit import Action
from app.core.domain.auth import Caller
from app.core.errors import AppError, AuthRequired, BadInput
from app.services.refusals import Refusal, Refusals
from app.web.auth import Authenticator
from app.web.json_http import answer_json, read_json, refuse
from app.web.rate_limits import RateLimits

MakeContext = Callable[[Caller], RequestContext]


def graphql_blueprint(
    schema: GraphQLSchema,
    limits: RequestLimits,
    rates: RateLimits,
    authenticator: Authenticator,
    refusals: Refusals,
    make_context: MakeContext,
) -> Blueprint:
    """The endpoint, answering with `schema` what keeps to `limits`.

    `refusals` records the requests that another site may have sent.
    """
    blueprint = Blueprint("graphql", __name__)
    query_limits = QueryLimits(limits.depth, limits.cost, limits.introspection)
    documents = Documents(schema, query_limits)

    def context() -> RequestContext:
        caller = authenticator.caller(request)
        rates.admit(caller)
        return make_context(caller)

    @blueprint.post("/graphql")
    def answer() -> Response:
        try:
            authenticator.check(request)
        except AuthRequired as error:
            unread = Refusal(Action.UNREAD, None, error.code)
            refusals.record(Caller(address=request.remote_addr), [unread])
            refuse(403, error)
        try:
            data = read_json(limits.body_bytes)
        except AppError as error:
            return answer_json(refusal(error))
        return answer_json(execute(schema, documents, query_limits, data, context))

    @blueprint.route("/graphql", methods=["GET", "PUT", "PATCH", "DELETE"])
    def refuse_method() -> Response:
        error = BadInput({}, "GraphQL is answered at POST /graphql, with a JSON body {query, variables}.")
        response = answer_json(refusal(error), 405)
        response.headers["Allow"] = "POST"
        return response

    return blueprint
