"""The provider's own word on its addresses and keys, fetched when needed and kept for a while."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key
from requests import RequestException, Session

from app.core.config_sections import SingleSignOn
from app.services.single_sign_on.transport import bound

# A key that the provider has withdrawn counts no longer than this.
KEEP_SECONDS = 600.0
# Tokens that name unknown keys make it ask no more often than this.
ASK_SECONDS = 5.0
# How long a caller waits for another's question.
WAIT_SECONDS = 2.0
# Symmetric keys are not among them: who can check with one can sign with it.
KEY_TYPES = ("RSA", "EC", "OKP")

log = logging.getLogger(__name__)


class ProviderUnavailable(Exception):
    """The provider cannot be reached, or answers with something else than OpenID Connect."""


@dataclass(frozen=True)
class Documents:
    """What the provider says of itself. `client_auth` is how it wants a client's secret."""

    authorization_endpoint: str
    token_endpoint: str
    client_auth: str
    keys: KeySet

    def has_key(self, kid: str) -> bool:
        """Whether the provider signs with a key of this name."""
        return any(key.kid == kid for key in self.keys)


class Provider:
    """Asks the provider for its documents, at most once in ASK_SECONDS, and keeps them for KEEP_SECONDS.

    While it cannot be reached, what it said last goes on counting.
    """

    def __init__(self, settings: SingleSignOn, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never go back."""
        self.settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._documents: Documents | None = None
        self._fetched_at = 0.0
        self._asked_at: float | None = None

    def documents(self) -> Documents:
        """What the provider says of itself. Raises ProviderUnavailable."""
        return self._current(lambda documents: True)

    def keys_for(self, kid: str) -> KeySet:
        """The provider's keys, fetched anew when `kid` is not among them. Raises ProviderUnavailable."""
        return self._current(lambda documents: documents.has_key(kid)).keys

    def _current(self, serves: Callable[[Documents], bool]) -> Documents:
        known = self._documents
        usable = known is not None and serves(known)
        if known is not None and usable and self._clock() - self._fetched_at < KEEP_SECONDS:
            return known
        # who can go on with what is there does not wait while another asks; who cannot waits for a moment,
        # so that tokens with invented keys hold up no more than that
        if self._lock.acquire(timeout=0 if usable else WAIT_SECONDS):
            try:
                self._ask()
            finally:
                self._lock.release()
        if self._documents is None:
            raise ProviderUnavailable
        return self._documents

    def _ask(self) -> None:
        if self._asked_at is not None and self._clock() - self._asked_at < ASK_SECONDS:
            return
        try:
            self._documents = fetch_documents(self.settings)
            self._fetched_at = self._clock()
        except ProviderUnavailable as error:
            log.warning("single_sign_on_provider_unavailable", extra={"error": str(error)})
        self._asked_at = self._clock()


def fetch_documents(settings: SingleSignOn) -> Documents:
    """The discovery document and the keys that it refers to. Raises ProviderUnavailable."""
    with Session() as session:
        bound(session)
        said = _get(session, settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if said.get("issuer") != settings.issuer:
            raise ProviderUnavailable("it calls itself something else than MUSTER_OIDC_ISSUER")
        keys = _get(session, address_in(said, "jwks_uri", settings))
    return Documents(
        authorization_endpoint=address_in(said, "authorization_endpoint", settings),
        token_endpoint=address_in(said, "token_endpoint", settings),
        client_auth=_client_auth(said, settings),
        keys=KeySet(_signature_keys(keys.get("keys"))),
    )


def _get(session: Session, address: str) -> dict[str, Any]:
    try:
        answer = session.get(address, headers={"Accept": "application/json"})
        answer.raise_for_status()
        document = answer.json()
    except (RequestException, RecursionError) as error:
        raise ProviderUnavailable(f"{urlsplit(address).path}: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise ProviderUnavailable(f"{urlsplit(address).path}: no JSON object")
    return document


def address_in(said: dict[str, Any], name: str, settings: SingleSignOn) -> str:
    """An address of the discovery document; no less safe than the issuer's. Raises ProviderUnavailable."""
    address = said.get(name)
    schemes = ("https://",) if settings.issuer.startswith("https://") else ("https://", "http://")
    if not isinstance(address, str) or not address.startswith(schemes):
        raise ProviderUnavailable(f"its {name} is no address that can be used")
    return address


def _client_auth(said: dict[str, Any], settings: SingleSignOn) -> str:
    if settings.client_secret is None:
        return "none"
    offered = said.get("token_endpoint_auth_methods_supported")
    if isinstance(offered, list) and "client_secret_basic" not in offered and "client_secret_post" in offered:
        return "client_secret_post"
    return "client_secret_basic"


def _signature_keys(listed: Any) -> list[Key]:
    """Those that tokens may be signed with; a key that cannot be read does not spoil the others."""
    keys: list[Key] = []
    for data in listed if isinstance(listed, list) else []:
        if not isinstance(data, dict) or data.get("kty") not in KEY_TYPES or data.get("use", "sig") != "sig":
            continue
        try:
            keys.append(import_key(data))
        except (JoseError, ValueError, TypeError) as error:
            log.warning("single_sign_on_key_unreadable", extra={"error": type(error).__name__})
    return keys
