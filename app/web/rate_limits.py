"""How often one caller may ask: counted by `limits`, in this process or in a Redis that many share."""

import logging
import math
import time
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException

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
# How long a Redis that gave no answer is not asked.
AWAY_SECONDS = 10.0
# What one customer of a network provider is given at least.
IPV6_PREFIX = 64

log = logging.getLogger(__name__)


class RateLimits:
    """Refuses with HTTP 429 what exceeds the rates of `limits`."""

    def __init__(self, limits: RequestLimits) -> None:
        self._counting = Counting(limits.rate_storage_url)
        self._rate = parse(limits.rate)
        self._sign_in_rate = parse(limits.sign_in_rate)

    def init_app(self, app: Flask) -> None:
        """Limit the attempts to sign in at `app`, from here on."""
        app.before_request(self._admit_attempt)

    def admit(self, caller: Caller) -> None:
        """Count a request of `caller`. Raises HTTPException when it is one too many.

        Whoever is known is counted by who he is, so that nobody is refused for what a neighbour does.
        """
        viewer = caller.viewer
        self._admit(self._rate, "request", viewer.identity if viewer is not None else _address())

    def _admit_attempt(self) -> None:
        if request.path.startswith(SIGN_IN_PREFIX) and request.path not in NO_ATTEMPTS:
            self._admit(self._sign_in_rate, "sign-in", _address())

    def _admit(self, rate: RateLimitItem, what: str, whose: str) -> None:
        seconds = self._counting.seconds_to_wait(rate, what, whose)
        if seconds > 0:
            error = LimitExceeded(f"Too many requests; the limit is {rate}.")
            response = answer_json(refusal(error), 429)
            response.headers["Retry-After"] = str(math.ceil(seconds))
            raise HTTPException(response=response)


class Counting:
    """Counts in the storage at an address; in this process while a Redis there cannot be reached."""

    def __init__(self, url: str) -> None:
        """`url` is `memory://` or a Redis's, which is not asked yet."""
        self._here = FixedWindowRateLimiter(RequestCounts())
        self._there = None if url.startswith("memory:") else _shared(url)
        self._there_from = 0.0

    def seconds_to_wait(self, rate: RateLimitItem, *key: str) -> float:
        """Count one more of `key`: 0 where `rate` admits it, otherwise when it will."""
        if self._there is not None and time.monotonic() >= self._there_from:
            try:
                return _hit(self._there, rate, key)
            except StorageError as error:
                self._there_from = time.monotonic() + AWAY_SECONDS
                log.warning("rate_limit_storage_away", extra={"cause": type(error.storage_error).__name__})
        return _hit(self._here, rate, key)


def _shared(url: str) -> FixedWindowRateLimiter:
    seconds = STORAGE_TIMEOUT_SECONDS
    storage = storage_from_string(
        url,
        wrap_exceptions=True,
        key_prefix="muster",
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
    )
    return FixedWindowRateLimiter(storage)


def _hit(limiter: FixedWindowRateLimiter, rate: RateLimitItem, key: tuple[str, ...]) -> float:
    if limiter.hit(rate, *key):
        return 0.0
    return max(1.0, limiter.get_window_stats(rate, *key).reset_time - time.time())


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
