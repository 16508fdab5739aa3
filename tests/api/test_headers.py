"""The headers that keep browsers out of trouble, on whatever is answered."""

import json

import pytest

from app.services.readiness import Readiness
from tests.api.conftest import TOKEN, Muster

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ANSWERS = {
    "page": ("GET", "/", b"", 200),
    "style": ("GET", "/landing.css", b"", 200),
    "health": ("GET", "/healthz", b"", 200),
    "not ready": ("GET", "/readyz", b"", 503),
    "answer": ("POST", "/graphql", json.dumps({"query": "{ health { status } }"}).encode(), 200),
    "refused": ("POST", "/graphql", json.dumps({"query": "{ nothing }"}).encode(), 200),
    "no JSON": ("POST", "/graphql", b"{", 400),
    "too large": ("POST", "/graphql", b"[" * 3_000_000, 413),
    "missing": ("GET", "/nothing.js", b"", 404),
    "method": ("DELETE", "/", b"", 405),
    "graphql method": ("GET", "/graphql", b"", 405),
}


@pytest.mark.parametrize(("method", "path", "body", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_has_them(method: str, path: str, body: bytes, status: int, idle_muster: Muster) -> None:
    response = idle_muster.client.open(
        path,
        method=method,
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert response.status_code == status
    directives = response.headers["Content-Security-Policy"].split("; ")
    assert dict(directive.split(" ", 1) for directive in directives) == POLICY
    assert {name: response.headers[name] for name in EXPECTED} == EXPECTED
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response.headers


def test_a_failure_that_nobody_foresaw_has_them(idle_muster: Muster, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Readiness) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Readiness, "report", broken)
    response = idle_muster.client.get("/readyz")
    assert response.status_code == 500
    assert {name: response.headers[name] for name in EXPECTED} == EXPECTED
    assert "ZeroDivisionError" not in response.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing"])
def test_over_https_browsers_are_told_to_stay_there(path: str, idle_muster: Muster) -> None:
    response = idle_muster.client.get(path, base_url="https://muster.example.com")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "path", ["/graphql", "/healthz", "/readyz", "/nothing", "/auth/session", "/auth/nothing"]
)
def test_nothing_but_files_may_be_kept(path: str, idle_muster: Muster) -> None:
    for method in ("GET", "POST"):
        response = idle_muster.client.open(path, method=method)
        assert response.headers["Cache-Control"] == "no-store"
