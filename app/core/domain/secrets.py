"""Secrets: sealed for storage, masked for display, redacted from any text. Pure but for the cipher."""

import re
from collections.abc import Iterable, Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

MASK = "********"
# A password may hold "/" or "@" unescaped: after a colon, whatever stands before the last "@" may be one.
_ANY_USER_INFO = re.compile(r"(?<=://)(?:[^/?#]*:.*|[^/?#]*)(?=@)")
_SECRET_QUERY = re.compile(
    r"([?&#;][^=&#;]*(?:password|passwd|pwd|secret|token|key|signature|sig|credential|auth)[^=&#;]*=)[^&#;]+",
    re.IGNORECASE,
)
# In running text: up to the last @ of a word, so that a password with an @ in it is masked whole.
USER_INFO = r"""(?<=://)(?!\*+@)[^\s/?#'"<>]+(?=@)"""
_URL_USER_INFO = re.compile(USER_INFO)


class UnreadableSecret(Exception):
    """A stored secret that none of the configured keys opens."""


class SecretBox:
    """Seals and opens parameter values with the first of `keys`; opens with any of them (rotation)."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ValueError when there is no key or one is no Fernet key; the message holds no key."""
        if not keys:
            raise ValueError("at least one key is needed")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise ValueError("every key must be 32 url-safe base64-encoded bytes") from None

    def seal(self, values: Mapping[str, str]) -> dict[str, str]:
        """Each value encrypted on its own, under its name."""
        return {name: self._fernet.encrypt(value.encode()).decode() for name, value in values.items()}

    def open(self, sealed: Mapping[str, str]) -> dict[str, str]:
        """The values back. Raises UnreadableSecret when no key fits one of them."""
        try:
            return {name: self._fernet.decrypt(token.encode()).decode() for name, token in sealed.items()}
        except InvalidToken:
            raise UnreadableSecret("a stored secret cannot be opened with MUSTER_SECRET_KEYS") from None


def mask_url(url: str) -> str:
    """`url` with its user info and the values of secret-looking query parameters masked."""
    return _SECRET_QUERY.sub(rf"\g<1>{MASK}", _ANY_USER_INFO.sub(MASK, url))


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret value, and the user info of every URL, masked."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _URL_USER_INFO.sub(MASK, text)
