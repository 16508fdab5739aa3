"""Addresses as people may see them."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.core.domain.secrets import MASK

_SECRET_NAME = re.compile(r"pass|pwd|secret|token|key|sig|auth|credential", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=//)[^/?#]*@")


def masked_url(url: str) -> str:
    """`url` with its user info, and every query parameter whose name speaks of a secret, masked."""
    masked = _USER_INFO.sub("***@", url)
    try:
        parts = urlsplit(masked)
    except ValueError:
        return MASK  # nobody can tell where a secret would stand in it
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if not any(_SECRET_NAME.search(name) for name, _ in pairs):
        return masked
    shown = [(name, MASK if _SECRET_NAME.search(name) else value) for name, value in pairs]
    return urlunsplit(parts._replace(query=urlencode(shown, safe="*/:")))
