"""The cookie of a sign-in under way, by the clock."""

import pytest
from cryptography.fernet import Fernet
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from app.core.domain.secrets import SecretBox
from app.services.single_sign_on.code_flow import Attempt
from app.web.attempt_cookie import LIFETIME_SECONDS, AttemptCookie, Begun

BEGUN = Begun(Attempt("state", "nonce", "verifier", "https://muster.example.com/auth/oidc/callback"), "/runs")
BEGAN_AT = 1000.0


@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.parametrize(
    ("later", "found"), [(0, BEGUN), (LIFETIME_SECONDS - 1, BEGUN), (LIFETIME_SECONDS, None)]
)
def test_an_attempt_is_over_after_ten_minutes(later: float, found: Begun | None, secure: bool) -> None:
    box = SecretBox([Fernet.generate_key().decode()])
    response = Response()
    AttemptCookie(box, lambda: BEGAN_AT).write(response, BEGUN, secure=secure)
    request = with_cookie(response.headers["Set-Cookie"])
    assert AttemptCookie(box, lambda: BEGAN_AT + later).read(request, secure=secure) == found


def test_what_another_key_sealed_is_nothing() -> None:
    response = Response()
    AttemptCookie(SecretBox([Fernet.generate_key().decode()])).write(response, BEGUN, secure=True)
    other = AttemptCookie(SecretBox([Fernet.generate_key().decode()]))
    assert other.read(with_cookie(response.headers["Set-Cookie"]), secure=True) is None


def with_cookie(given: str) -> Request:
    """A request of the browser that was given this cookie."""
    return Request(EnvironBuilder(headers=[("Cookie", given.partition(";")[0])]).get_environ())
