"""A real OpenID Connect provider on this machine: oidc-provider-mock, and what it lacks.

It signs with a real key that it serves, and has nonces, at_hash and codes that are good for one use. It does
not check PKCE, names no key in its tokens, has one key for ever, and access tokens that are no JWTs.
`LocalProvider` adds these, as other providers have them, on its requests and answers.
"""

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from wsgiref.types import WSGIApplication

import oidc_provider_mock
from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode
from werkzeug.serving import make_server

HOST = "127.0.0.1"
CLIENT_ID = "muster"
CLIENT_SECRET = "the-secret-that-the-provider-knows-muster-by"
LIFETIME_SECONDS = 3600
MAKE_KEY: dict[str, Callable[[], Key]] = {
    "RSA": lambda: RSAKey.generate_key(2048, auto_kid=True),
    "EC": lambda: ECKey.generate_key("P-256", auto_kid=True),
    "OKP": lambda: OKPKey.generate_key("Ed25519", auto_kid=True),
}


class LocalProvider:
    """A provider whose users are told to it; it answers while `serving` is entered.

    With `signed_access_tokens`, its access tokens are JWTs with these claims; `make_id_token` makes ID tokens
    of their claims; `asked` are the paths of all requests.
    """

    def __init__(self) -> None:
        self.port = 0
        self.keys: list[Key] = []
        self.alg = "RS256"
        self.signed_access_tokens: Mapping[str, Any] | None = None
        self.make_id_token: Callable[[dict[str, Any]], str] = self.sign
        self.asked: list[str] = []
        self._challenges: dict[str, str] = {}
        self.app: Flask = oidc_provider_mock.app()
        self.app.before_request(self._before)
        self.app.after_request(self._after)
        self.rotate()

    @property
    def issuer(self) -> str:
        """The address that it is served at, and calls itself."""
        return f"http://{HOST}:{self.port}"

    @property
    def key(self) -> Key:
        """What it signs with now."""
        return self.keys[-1]

    def rotate(self, kind: str = "RSA", alg: str = "RS256") -> None:
        """Sign with a new key from now on, and serve that one only."""
        self.keys = [MAKE_KEY[kind]()]
        self.alg = alg

    def set_user(self, subject: str, **claims: Any) -> None:
        """Have a user of this name."""
        answer = self.app.test_client().put(f"/users/{subject}", json=claims)
        assert answer.status_code == 204, answer.text

    def settings(self, **changed: str) -> dict[str, str]:
        """The environment of a Muster that signs in here."""
        return {
            "MUSTER_OIDC_ISSUER": self.issuer,
            "MUSTER_OIDC_CLIENT_ID": CLIENT_ID,
            "MUSTER_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "MUSTER_SIGN_IN_RATE_LIMIT": "9999 per minute",
            **changed,
        }

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Those of a valid token for programs; a value None leaves its claim out."""
        now = int(time.time())
        given = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "robot",
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            **changed,
        }
        return {name: value for name, value in given.items() if value is not None}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        """A token with these claims; a header of None is left out."""
        given = {"alg": self.alg, "kid": self.key.kid, "typ": "JWT", **header}
        given = {name: value for name, value in given.items() if value is not None}
        registry = JWSRegistry(algorithms=[given["alg"]], strict_check_header=False)
        return jwt.encode(given, dict(claims), self.key, registry=registry, default_type=None)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer at the port of before, or a free one."""
        with serving(self.app, self.port) as port:
            self.port = port
            yield

    def _before(self) -> Response | None:
        self.asked.append(request.path)
        if request.path == "/jwks":
            return jsonify(KeySet(self.keys).as_dict(private=False))
        if request.path == "/oauth2/token" and not self._verifier_fits():
            refused = jsonify(error="invalid_grant", error_description="PKCE")
            refused.status_code = 400
            return refused
        return None

    def _verifier_fits(self) -> bool:
        challenge = self._challenges.pop(request.form.get("code", ""), None)
        verifier = request.form.get("code_verifier", "")
        return challenge == _unpadded(hashlib.sha256(verifier.encode()).digest())

    def _after(self, answer: Response) -> Response:
        if request.path == "/oauth2/authorize" and answer.status_code == 302:
            code = answer.location.partition("code=")[2].partition("&")[0]
            if code and request.args.get("code_challenge_method") == "S256":
                self._challenges[code] = request.args["code_challenge"]
        if request.path == "/oauth2/token" and answer.status_code == 200:
            answer.set_data(jsonify(self._signed_anew(answer.get_json())).data)
        return answer

    def _signed_anew(self, tokens: dict[str, Any]) -> dict[str, Any]:
        claims = json.loads(urlsafe_b64decode(tokens["id_token"].split(".")[1].encode()))
        if self.signed_access_tokens is not None:
            access = {"sub": claims["sub"], "aud": "account", **self.signed_access_tokens}
            tokens["access_token"] = self.sign(self.claims(**access), typ="at+jwt")
        digest = hashlib.sha256(tokens["access_token"].encode()).digest()
        claims["at_hash"] = _unpadded(digest[:16])
        return {**tokens, "id_token": self.make_id_token(claims)}


@contextmanager
def serving(app: WSGIApplication, port: int = 0) -> Iterator[int]:
    """Serve `app` at HOST, on a thread of this process; the value is the port."""
    server = make_server(HOST, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _unpadded(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
