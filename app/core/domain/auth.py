"""Who may do what, and the tokens that say who is asking. Pure but for randomness and the digest."""

import base64
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RANDOM_BYTES = 32
KEY_BYTES = 32
KEY_ID_BYTES = 8
ADMIN_TOKEN_IDENTITY = "admin-token"  # noqa: S105 - a name
# 43 characters are 32 bytes, url-safe
_TOKEN = re.compile(r"muster_[A-Za-z0-9_-]{43}")
# Keeps the derived key apart from the cipher's own use of the same secret key.
_KEY_PURPOSE = b"muster api token hash"
_ID_PURPOSE = b"muster secret key id"


class Role(StrEnum):
    """What a token may do; each role includes the ones before it."""

    VIEWER = "VIEWER"
    EDITOR = "EDITOR"
    ADMIN = "ADMIN"

    @property
    def rank(self) -> int:
        """Higher for a role that may do more."""
        return _FROM_LEAST.index(self)

    def includes(self, required: "Role") -> bool:
        """Whether this role may do what needs `required`."""
        return self.rank >= required.rank


_FROM_LEAST = tuple(Role)


@dataclass(frozen=True)
class Viewer:
    """Who is asking. `name` is what people read; `identity` tells two of one name apart: "admin-token",
    "token:<id>" or "oidc:<subject>"."""

    name: str
    role: Role
    identity: str


@dataclass(frozen=True)
class Caller:
    """Who a request comes from, and the network address it came from; nobody for the open fields."""

    viewer: Viewer | None = None
    address: str | None = None

    @property
    def name(self) -> str:
        """What is recorded as the requester of a run."""
        return self.viewer.name if self.viewer is not None else "nobody"


@dataclass(frozen=True)
class ApiToken:
    """What is known of a token; its value is not. `last_used_at` is up to a minute behind."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class CreatedToken:
    """A new token with its value, which exists nowhere else."""

    token: str = field(repr=False)
    api_token: ApiToken


@dataclass(frozen=True)
class TokenDigests:
    """Every digest that a token may be stored as, the newest key's first, and which key that is."""

    hashes: tuple[bytes, ...] = field(repr=False)
    key_id: str


class TokenHasher:
    """Digests tokens with keys derived from the secret keys: stored with the first, recognised with any."""

    def __init__(self, secret_keys: Iterable[str]) -> None:
        """`secret_keys` are Fernet keys, the newest first, looked at anew at each use: a ring may change.

        That they are usable has been checked.
        """
        self._secret_keys = secret_keys
        self._made = _HashKeys(tuple(secret_keys))

    def to_store(self, token: str) -> bytes:
        """The digest that a new token is stored as."""
        return self.digests(token).hashes[0]

    def to_find(self, token: str) -> list[bytes]:
        """Every digest that the token may have been stored as."""
        return list(self.digests(token).hashes)

    def digests(self, token: str) -> TokenDigests:
        """The digests of the token under the keys of this moment."""
        keys = self._hash_keys()
        return TokenDigests(tuple(_digest(key, token) for key in keys.derived), keys.newest_id)

    @property
    def newest_key_id(self) -> str:
        """What the first key is called where digests are stored; tells nothing about the key."""
        return self._hash_keys().newest_id

    def _hash_keys(self) -> "_HashKeys":
        keys = tuple(self._secret_keys)
        if keys != self._made.secret_keys:
            self._made = _HashKeys(keys)
        return self._made


class _HashKeys:
    def __init__(self, secret_keys: tuple[str, ...]) -> None:
        self.secret_keys = secret_keys
        self.derived = [_derived(key, _KEY_PURPOSE) for key in secret_keys]
        self.newest_id = _derived(secret_keys[0], _ID_PURPOSE)[:KEY_ID_BYTES].hex()


def new_token() -> str:
    """A token that nobody has had before."""
    return f"muster_{secrets.token_urlsafe(RANDOM_BYTES)}"


def is_token(text: str) -> bool:
    """Whether `text` is spelled as a token; anything else need not be looked for."""
    return _TOKEN.fullmatch(text) is not None


def _derived(secret_key: str, purpose: bytes) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose)
    return kdf.derive(base64.urlsafe_b64decode(secret_key))


def _digest(key: bytes, token: str) -> bytes:
    return hmac.digest(key, token.encode(), "sha256")
