"""POST /graphql. What is no GraphQL request gets an HTTP error of the same shape; all else is HTTP 200."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from flask import Blueprint, Response, request
from graphql import GraphQLSchema
from werkzeug.exceptions import HTTPException

from app.api.context import RequestContext
from app.api.documents import Documents
from app.api.errors import refusal
from app.api.execute import execute
from app.core.domain.auth import Viewer
from app.core.errors import AppError, BadInput, LimitExceeded

MAX_BODY_BYTES = 2_000_000

MakeContext = Callable[[Viewer | None], RequestContext]


def graphql_blueprint(
    schema: GraphQLSchema, authenticate: Callable[[str | None], Viewer | None], make_context: MakeContext
) -> Blueprint:
    """The endpoint, answering with `schema`."""
    blueprint = Blueprint("graphql", __name__)
    documents = Documents(schema)

    @blueprint.post("/graphql")
    def answer() -> Response:
        try:
            data = _body()
        except AppError as error:
            return _json(refusal(error), 200)
        authorization = request.headers.get("Authorization")
        return _json(execute(schema, documents, data, lambda: make_context(authenticate(authorization))), 200)

    @blueprint.route("/graphql", methods=["GET", "PUT", "PATCH", "DELETE"])
    def refuse_method() -> Response:
        error = BadInput({}, "GraphQL is answered at POST /graphql, with a JSON body {query, variables}.")
        response = _json(refusal(error), 405)
        response.headers["Allow"] = "POST"
        return response

    return blueprint


def _body() -> object:
    """The request's JSON. Raises HTTPException when it is none, BadInput when it is nested too deeply."""
    if request.mimetype != "application/json":
        _refuse(415, BadInput({}, "The Content-Type must be application/json."))
    if (request.content_length or 0) > MAX_BODY_BYTES:
        _refuse(413, LimitExceeded(f"The request is too large: more than {MAX_BODY_BYTES} bytes."))
    raw = request.stream.read(MAX_BODY_BYTES + 1)
    if len(raw) > MAX_BODY_BYTES:
        _refuse(413, LimitExceeded(f"The request is too large: more than {MAX_BODY_BYTES} bytes."))
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except RecursionError:
        raise BadInput({"variables": ["Nested too deeply."]}) from None
    except ValueError:
        _refuse(400, BadInput({}, "The request body is not JSON."))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _refuse(status: int, error: AppError) -> NoReturn:
    raise HTTPException(response=_json(refusal(error), status))


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(body, separators=(",", ":")), status, content_type="application/json")
