"""POST /graphql. What is no GraphQL request gets an HTTP error of the same shape; all else is HTTP 200."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from graphql import GraphQLSchema

from app.api.context import RequestContext
from app.api.documents import Documents
from app.api.errors import refusal
from app.api.execute import execute
from app.core.domain.auth import Caller
from app.core.errors import AppError, AuthRequired, BadInput
from app.web.auth import Authenticator, refuse_tokens_in_address
from app.web.json_http import answer_json, read_json, refuse

MAX_BODY_BYTES = 2_000_000

MakeContext = Callable[[Caller], RequestContext]


def graphql_blueprint(
    schema: GraphQLSchema, authenticator: Authenticator, make_context: MakeContext
) -> Blueprint:
    """The endpoint, answering with `schema`."""
    blueprint = Blueprint("graphql", __name__)
    blueprint.before_request(refuse_tokens_in_address)
    documents = Documents(schema)

    @blueprint.post("/graphql")
    def answer() -> Response:
        try:
            authenticator.check(request)
        except AuthRequired as error:
            refuse(403, error)
        try:
            data = read_json(MAX_BODY_BYTES)
        except AppError as error:
            return answer_json(refusal(error))
        return answer_json(
            execute(schema, documents, data, lambda: make_context(authenticator.caller(request)))
        )

    @blueprint.route("/graphql", methods=["GET", "PUT", "PATCH", "DELETE"])
    def refuse_method() -> Response:
        error = BadInput({}, "GraphQL is answered at POST /graphql, with a JSON body {query, variables}.")
        response = answer_json(refusal(error), 405)
        response.headers["Allow"] = "POST"
        return response

    return blueprint
