"""Requests to the provider: bounded in time and in size, and never redirected."""

import io
import time
from collections.abc import Mapping
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import RequestException
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 5.0
MAX_ANSWER_BYTES = 256_000
CHUNK_BYTES = 16_384


def bound(session: Session) -> None:
    """Have every request of `session` end in a few seconds, with a small answer or a RequestException."""
    session.mount("http://", _Bounded())
    session.mount("https://", _Bounded())


class _Bounded(HTTPAdapter):
    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        # each wait has its limit, and all together the deadline: for one that sends byte after byte
        limits = (CONNECT_SECONDS, ANSWER_SECONDS)
        deadline = time.monotonic() + sum(limits)
        answer = super().send(request, stream=True, timeout=limits, verify=verify, cert=cert, proxies=proxies)
        with answer:
            if answer.is_redirect:
                raise RequestException("The provider redirects to another address.")
            body = _read(answer.raw, deadline)
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_BODY}
        raw = HTTPResponse(io.BytesIO(body), headers, status=answer.status_code, preload_content=False)
        return self.build_response(request, raw)


# They speak of the body as it was sent, which has been decoded.
_OF_THE_BODY = {"content-encoding", "content-length", "transfer-encoding"}


def _read(raw: Any, deadline: float) -> bytes:
    body = b""
    try:
        while chunk := raw.read1(CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise RequestException("The provider's answer is too large.")
            if time.monotonic() > deadline:
                raise RequestException("The provider's answer takes too long.")
    except (HTTPError, OSError) as error:
        raise NotConnected(error) from error
    return body
