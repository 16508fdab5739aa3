"""How often one caller may ask: counted by Flask-Limiter, in this process or in a Redis that many share."""

import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Response, g, request
from flask_limiter import ApplicationLimit, Limiter, RequestLimit

from app.api.errors import refusal
from app.core.config_sections import RequestLimits
from app.core.domain.auth import Caller
from app.core.errors import LimitExceeded
from app.web.json_http import answer_json
from app.web.request_counts import RequestCounts

SIGN_IN_PREFIX = "/auth/"
# Asked by every page of the interface, or of no use for guessing.
NO_ATTEMPTS = ("/auth/session", "/auth/sign-out")
STORAGE_TIMEOUT_SECONDS = 1
# What one customer of a network provider is given at least.
IPV6_PREFIX = 64


class RateLimits:
    """Refuses with HTTP 429 what exceeds the rates of `limits`.

    A Redis that cannot be reached is replaced by counting in this process until it is back.
    """

    def __init__(self, limits: RequestLimits) -> None:
        storage_uri, storage_options = _storage(limits.rate_storage_url)
        self._limiter = Limiter(
            _address,
            application_limits=[
                ApplicationLimit(
                    limits.sign_in_rate, key_function=_address, scope="sign-in", exempt_when=_is_no_attempt
                )
            ],
            storage_uri=storage_uri,
            storage_options=storage_options,
            in_memory_fallback_enabled=True,
            key_prefix="muster",
            on_breach=_refusal,
        )
        self._count_request = self._counting(limits.rate, "request")

    def init_app(self, app: Flask) -> None:
        """Limit the attempts to sign in at `app`, from here on."""
        self._limiter.init_app(app)

    def admit(self, caller: Caller) -> None:
        """Count a request of `caller`. Raises HTTPException when it is one too many.

        Whoever is known is counted by who he is, so that nobody is refused for what a neighbour does.
        """
        viewer = caller.viewer
        g.rate_key = viewer.identity if viewer is not None else _address()
        self._count_request()

    def _counting(self, rate: str, scope: str) -> Callable[[], None]:
        def count() -> None:
            """Nothing is to be done: the limiter counts the call."""

        count.__qualname__ = f"count {scope}"  # what the limiter tells them apart by
        return self._limiter.shared_limit(rate, scope=scope, key_func=_rate_key)(count)


def _rate_key() -> str:
    key: str = g.rate_key
    return key


def _address() -> str:
    """The address of the request, or the network of an IPv6 one: who has one such address has them all."""
    given = request.remote_addr or "unknown"
    try:
        address = ip_address(given)
    except ValueError:  # what a trusted proxy forwards may be a name
        return given
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


def _is_no_attempt() -> bool:
    return not request.path.startswith(SIGN_IN_PREFIX) or request.path in NO_ATTEMPTS


def _refusal(breached: RequestLimit) -> Response:
    error = LimitExceeded(f"Too many requests; the limit is {breached.limit}.")
    response = answer_json(refusal(error), 429)
    seconds = math.ceil(breached.window.reset_time - time.time())
    response.headers["Retry-After"] = str(max(1, seconds))
    return response


def _storage(url: str) -> tuple[str, dict[str, str | int]]:
    if url.startswith("memory:"):
        return f"{RequestCounts.SCHEME}://", {}
    seconds = STORAGE_TIMEOUT_SECONDS
    return url, {"socket_connect_timeout": seconds, "socket_timeout": seconds}
