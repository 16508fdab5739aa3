"""The cookie of a signed-in browser: its name and its attributes."""

from datetime import timedelta

from flask import Request, Response

from app.services.sessions import is_session

NAME = "muster_session"
# Browsers take a cookie of this name only from HTTPS, and never from another host of the same domain.
SECURE_NAME = f"__Host-{NAME}"


def set_session(response: Response, value: str, *, secure: bool, max_age: timedelta) -> None:
    """Give the browser the session `value`; `secure`: Muster is reached by HTTPS."""
    response.set_cookie(
        _name(secure), value, max_age=max_age, path="/", secure=secure, httponly=True, samesite="Lax"
    )


def clear_session(response: Response, *, secure: bool) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(_name(secure), path="/", secure=secure, httponly=True, samesite="Lax")


def read_session(request: Request, *, secure: bool) -> str | None:
    """The session value that the browser sent; None when what it sent is no such value."""
    value = request.cookies.get(_name(secure), "")
    return value if is_session(value) else None


def _name(secure: bool) -> str:
    return SECURE_NAME if secure else NAME
