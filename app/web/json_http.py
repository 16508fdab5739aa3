"""JSON in and out. What is refused before anything is done gets an HTTP error, shaped as GraphQL's are."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import NoReturn

from flask import Response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from app.api.errors import refusal, unforeseen
from app.api.json_writing import to_json
from app.core.errors import AppError, AuthRequired, BadInput, LimitExceeded, RoleForbidden

STATUSES: Mapping[type[AppError], HTTPStatus] = {
    AuthRequired: HTTPStatus.FORBIDDEN,
    RoleForbidden: HTTPStatus.FORBIDDEN,
}


def read_json(max_bytes: int) -> object:
    """The request's JSON. Raises HTTPException when it is none, BadInput when it is nested too deeply."""
    if request.mimetype != "application/json":
        refuse(415, BadInput({}, "The Content-Type must be application/json."))
    if request.headers.get("Content-Encoding", "identity") != "identity":
        refuse(415, BadInput({}, "The request body must not be compressed."))
    too_large = LimitExceeded(f"The request body is too large; the limit is {max_bytes:,} bytes.")
    if (request.content_length or 0) > max_bytes:
        refuse(413, too_large)
    try:
        raw = request.stream.read(max_bytes + 1)
    except (OSError, ParseException):  # a sender that has gone, or chunks of no clear size
        refuse(400, BadInput({}, "The request body cannot be read."))
    if len(raw) > max_bytes:
        refuse(413, too_large)
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except RecursionError:
        raise BadInput({"variables": ["Nested too deeply."]}) from None
    except ValueError:
        refuse(400, BadInput({}, "The request body is not JSON."))


def answer_json(body: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(to_json(body), status, content_type="application/json")


def refuse(status: int, error: AppError) -> NoReturn:
    """End the request with `error`. Raises HTTPException."""
    raise HTTPException(response=answer_json(refusal(error), status))


def answer_error(error: Exception) -> Response | HTTPException:
    """The answer to a request that ended with `error`; what nobody foresaw is logged."""
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, AppError):
        return answer_json(refusal(error), STATUSES.get(type(error), HTTPStatus.BAD_REQUEST))
    return answer_json(refusal(unforeseen(error, ())), HTTPStatus.INTERNAL_SERVER_ERROR)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
