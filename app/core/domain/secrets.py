"""Secrets: sealed for storage, masked for display, redacted from any text. Pure but for the cipher."""

import re
from collections.abc import Iterable, Mapping

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
    """Seals and opens parameter values: sealed with the first of the keys, opened with any (rotation)."""

    def __init__(self, keys: Iterable[str]) -> None:
        """`keys` are looked at anew at each use: a ring of them may change.

        Raises ValueError when there is no key or one is no Fernet key; the message holds no key.
        """
        self._keys = keys
        self._made = _Ciphers(tuple(keys))

    def seal(self, values: Mapping[str, str]) -> dict[str, str]:
        """Each value encrypted on its own, under its name."""
        newest = self._ciphers().newest
        return {name: newest.encrypt(value.encode()).decode() for name, value in values.items()}

    def open(self, sealed: Mapping[str, str]) -> dict[str, str]:
        """The values back. Raises UnreadableSecret when no key fits one of them."""
        ciphers = self._ciphers()
        try:
            return {name: ciphers.any.decrypt(token.encode()).decode() for name, token in sealed.items()}
        except InvalidToken:
            raise UnreadableSecret("a stored secret cannot be opened with MUSTER_SECRET_KEYS") from None

    def can_open(self, sealed: Mapping[str, str]) -> bool:
        """Whether there is a key for each of the values."""
        return self._opens(self._ciphers().any, sealed)

    def is_newest(self, sealed: Mapping[str, str]) -> bool:
        """Whether all of the values are sealed with the first key."""
        return self._opens(self._ciphers().newest, sealed)

    def reseal(self, sealed: Mapping[str, str]) -> dict[str, str]:
        """The same values sealed with the first key. Raises UnreadableSecret."""
        return self.seal(self.open(sealed))

    def _opens(self, cipher: Fernet | MultiFernet, sealed: Mapping[str, str]) -> bool:
        try:
            for token in sealed.values():
                cipher.decrypt(token.encode())
        except InvalidToken:
            return False
        return True

    def _ciphers(self) -> "_Ciphers":
        keys = tuple(self._keys)
        if keys != self._made.keys:
            self._made = _Ciphers(keys)
        return self._made


class _Ciphers:
    def __init__(self, keys: tuple[str, ...]) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        self.keys = keys
        try:
            ciphers = [Fernet(key) for key in keys]
        except ValueError:
            raise ValueError("every key must be 32 url-safe base64-encoded bytes") from None
        self.newest, self.any = ciphers[0], MultiFernet(ciphers)


def mask_url(url: str) -> str:
    """`url` with its user info and the values of secret-looking query parameters masked."""
    return _SECRET_QUERY.sub(rf"\g<1>{MASK}", _ANY_USER_INFO.sub(MASK, url))


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret value, and the user info of every URL, masked."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _URL_USER_INFO.sub(MASK, text)
