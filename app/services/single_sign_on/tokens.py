"""Checking what the provider has signed: the signature, whom it is from and for, and when it counts."""

import json
import logging
import re
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry, Token
from joserfc.util import urlsafe_b64decode

from app.core.domain.auth import Viewer
from app.services.single_sign_on.claims import NoRole, NoSubject, viewer_of
from app.services.single_sign_on.provider import Provider, ProviderUnavailable

# Asymmetric ones only: with the others, the public key or nothing at all would be enough to sign.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"),
)
# Tokens of other types, such as those of a sign-out, are for other ends.
TYPES = ("jwt", "at+jwt", "application/at+jwt")
MAX_BEARER_LENGTH = 8192
MAX_HEADER_LENGTH = 1024
# How far the provider's clock and ours may be apart.
LEEWAY_SECONDS = 30
_SIGNED = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

log = logging.getLogger(__name__)


class InvalidToken(Exception):
    """What is no token of the provider's, or not one for us, or not now."""


class Bearers:
    """Recognises the tokens that programs send."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        settings = provider.settings
        self._claims = JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def find_viewer(self, text: str) -> Viewer | None:
        """Whom the token speaks for; None when it is not valid here or brings no role."""
        if len(text) > MAX_BEARER_LENGTH:
            return None
        try:
            token = read_signed(text, self._provider)
            self._claims.validate(token.claims)
            return viewer_of(token.claims, self._provider.settings)
        except ProviderUnavailable:
            return None  # the provider has logged it, and without keys nothing can be checked
        except (InvalidToken, JoseError, NoSubject, NoRole) as error:
            log.info("bearer_refused", extra={"error": type(error).__name__})
            return None


def read_signed(text: str, provider: Provider) -> Token:
    """Header and claims of a token that the provider has signed; the claims are not checked yet.

    Raises InvalidToken and ProviderUnavailable.
    """
    kid = _key_id(text)
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = MAX_HEADER_LENGTH
    keys = provider.keys_for(kid)
    try:
        token = jwt.decode(text, keys, registry=registry)
    except (JoseError, ValueError, RecursionError) as error:
        raise InvalidToken("its signature cannot be confirmed") from error
    if "events" in token.claims:
        raise InvalidToken("it reports an event and lets nobody in")
    return token


def _key_id(text: str) -> str:
    """The name of the key that the token says it is signed with. Raises InvalidToken."""
    if _SIGNED.fullmatch(text) is None:
        raise InvalidToken("it is not spelled like a signed token")
    header = _header(text.partition(".")[0])
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise InvalidToken("it is of another type")
    # what is marked as critical must be understood, and nothing is
    if header.get("alg") not in ALGORITHMS or "crit" in header:
        raise InvalidToken("it is signed in another way")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise InvalidToken("it names no key")
    return kid


def _header(segment: str) -> dict[str, Any]:
    if len(segment) > MAX_HEADER_LENGTH:
        raise InvalidToken("its header is too long")
    try:
        header = json.loads(urlsafe_b64decode(segment.encode()))
    except (ValueError, RecursionError) as error:
        raise InvalidToken("its header cannot be read") from error
    if not isinstance(header, dict):
        raise InvalidToken("its header is no object")
    return header
