"""Signing a browser in: authorization code flow with PKCE (RFC 7636) and a nonce."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry, Token
from requests import RequestException

from app.core.domain.auth import RANDOM_BYTES, Viewer
from app.services.single_sign_on.claims import NoSubject, highest_role, viewer_of
from app.services.single_sign_on.provider import Documents, Provider, ProviderUnavailable
from app.services.single_sign_on.tokens import LEEWAY_SECONDS, InvalidToken, read_signed
from app.services.single_sign_on.transport import bound

log = logging.getLogger(__name__)


class SignInRefused(Exception):
    """The provider does not confirm who this is."""


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way. Only the browser that began it can finish it, with these."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


class CodeFlow:
    """Sends browsers to the provider, and finds out who comes back."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._settings = provider.settings

    def begin(self, redirect_uri: str) -> tuple[str, Attempt]:
        """The address to send the browser to, and what it must keep until it is back at `redirect_uri`.

        Raises ProviderUnavailable.
        """
        documents = self._provider.documents()
        state, nonce, verifier = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, redirect_uri)
        with self._client(documents, attempt) as client:
            address, _ = client.create_authorization_url(
                documents.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce
            )
        return str(address), attempt

    def finish(self, attempt: Attempt, code: str) -> Viewer:
        """Whom the provider has signed in. Raises SignInRefused, NoRole and ProviderUnavailable."""
        answer = self._exchange(attempt, code)
        try:
            return self._viewer(attempt, answer)
        except (InvalidToken, JoseError, NoSubject) as error:
            raise SignInRefused(type(error).__name__) from error

    def _exchange(self, attempt: Attempt, code: str) -> Mapping[str, Any]:
        documents = self._provider.documents()
        try:
            with self._client(documents, attempt) as client:
                answer: Mapping[str, Any] = client.fetch_token(
                    documents.token_endpoint, code=code, code_verifier=attempt.verifier
                )
        except OAuthError as error:
            raise SignInRefused("the provider does not accept the code") from error
        except (RequestException, ValueError, TypeError, RecursionError) as error:
            log.warning("single_sign_on_code_not_exchanged", extra={"error": type(error).__name__})
            raise ProviderUnavailable from error
        return answer

    def _client(self, documents: Documents, attempt: Attempt) -> Any:
        client = OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            token_endpoint_auth_method=documents.client_auth,
            scope=self._settings.scopes,
            redirect_uri=attempt.redirect_uri,
            code_challenge_method="S256",
        )
        bound(client)
        return client

    def _viewer(self, attempt: Attempt, answer: Mapping[str, Any]) -> Viewer:
        settings = self._settings
        token = self._read(answer.get("id_token"))
        CodeIDToken(
            token.claims,
            token.header,
            {"iss": {"value": settings.issuer}, "aud": {"value": settings.client_id}},
            {
                "nonce": attempt.nonce,
                "client_id": settings.client_id,
                "access_token": answer.get("access_token"),
            },
        ).validate(leeway=LEEWAY_SECONDS)
        claims = token.claims
        if highest_role(claims, settings.role_claim, settings.role_map) is None:
            claims = {**self._access_claims(answer.get("access_token"), claims["sub"]), **claims}
        return viewer_of(claims, settings)

    def _access_claims(self, access_token: Any, subject: str) -> Mapping[str, Any]:
        """Those of an access token that the provider signed. Keycloak, for one, writes roles there only."""
        registry = JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._settings.issuer},
            sub={"essential": True, "value": subject},
            exp={"essential": True},
        )
        try:
            claims = self._read(access_token).claims
            registry.validate(claims)
        except (InvalidToken, JoseError):
            return {}
        return claims

    def _read(self, text: Any) -> Token:
        if not isinstance(text, str):
            raise InvalidToken("it is missing")
        return read_signed(text, self._provider)
