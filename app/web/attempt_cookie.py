"""The sealed cookie in which a browser keeps the sign-in that it has begun with the provider."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from flask import Request, Response

from app.core.domain.secrets import SecretBox, UnreadableSecret
from app.services.single_sign_on.code_flow import Attempt

NAME = "muster_sign_in"
# As for the session's cookie: taken from HTTPS only, and never from another host of the same domain.
SECURE_NAME = f"__Host-{NAME}"
LIFETIME_SECONDS = 600
# What else is sealed with the same keys is never taken for an attempt.
PURPOSE = "single sign-on"


@dataclass(frozen=True)
class Begun:
    """A sign-in under way, and the path to show when it has come to its end."""

    attempt: Attempt
    next_path: str


class AttemptCookie:
    """Seals what must come back unread and unchanged, from the same browser, within LIFETIME_SECONDS."""

    def __init__(self, box: SecretBox, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._box = box
        self._clock = clock

    def write(self, response: Response, begun: Begun, *, secure: bool) -> None:
        """Give it to the browser, in the place of one that it has."""
        content = {
            "purpose": PURPOSE,
            "expires_at": self._clock() + LIFETIME_SECONDS,
            "next_path": begun.next_path,
            "attempt": asdict(begun.attempt),
        }
        response.set_cookie(
            _name(secure),
            self._box.seal({PURPOSE: json.dumps(content)})[PURPOSE],
            max_age=LIFETIME_SECONDS,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Lax",
        )

    def read(self, request: Request, *, secure: bool) -> Begun | None:
        """What the browser has begun; None when that is nothing, over, or not of our sealing."""
        try:
            sealed = request.cookies.get(_name(secure), "")
            content = json.loads(self._box.open({PURPOSE: sealed})[PURPOSE])
        except (UnreadableSecret, ValueError):
            return None
        if not isinstance(content, dict) or content.get("purpose") != PURPOSE:
            return None
        if content["expires_at"] <= self._clock():
            return None
        return Begun(Attempt(**content["attempt"]), content["next_path"])

    def clear(self, response: Response, *, secure: bool) -> None:
        """Have the browser forget it."""
        response.delete_cookie(_name(secure), path="/", secure=secure, httponly=True, samesite="Lax")


def _name(secure: bool) -> str:
    return SECURE_NAME if secure else NAME
