"""One-time sign-in links: who may have one, and that each works once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from werkzeug.test import TestResponse

from app.core.domain.auth import Role
from tests.api.browser import browser_of, error_code
from tests.api.conftest import TOKEN, Muster, running_muster

ADMIN = {"name": "admin", "role": "ADMIN"}
CREATE = 'mutation($role: Role!) { createApiToken(name: "ann", role: $role) { token apiToken { id } } }'
REVOKE = "mutation($id: ID!) { revokeApiToken(id: $id) { id } }"
PREFETCHES = {
    "Chromium": {"Sec-Purpose": "prefetch;prerender"},
    "Safari": {"Purpose": "prefetch"},
    "Firefox": {"X-Moz": "Prefetch"},
}


def order(muster: Muster, token: str = TOKEN) -> TestResponse:
    return muster.client.post("/auth/link", headers={"Authorization": f"Bearer {token}"})


def new_link(muster: Muster, token: str = TOKEN) -> str:
    """The path of a new link."""
    response = order(muster, token)
    assert response.status_code == 200, response.text
    return str(response.get_json()["url"]).removeprefix("http://localhost")


def is_over(response: TestResponse) -> bool:
    return (
        response.status_code == 410
        and "sign-in link is over" in response.text
        and "Set-Cookie" not in response.headers
    )


def test_a_link_signs_in_once(muster: Muster) -> None:
    link, browser = new_link(muster), browser_of(muster)
    response = browser.client.get(link)
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert browser.viewer() == ADMIN
    assert browser.session()["viewer"]["identity"] == "admin-token"
    late = browser_of(muster)
    assert is_over(late.client.get(link))
    assert late.viewer() is None
    assert browser.viewer() == ADMIN


def test_of_many_that_follow_it_at_once_one_is_signed_in(muster: Muster) -> None:
    link = new_link(muster)
    browsers = [browser_of(muster) for _ in range(8)]
    with ThreadPoolExecutor(len(browsers)) as pool:
        statuses = list(pool.map(lambda each: each.client.get(link).status_code, browsers))
    assert sorted(statuses) == [303] + [410] * 7
    assert muster.select("SELECT count(*) FROM browser_sessions") == [(1,)]


def test_a_link_is_over_after_fifteen_minutes(muster: Muster) -> None:
    link = new_link(muster)
    assert muster.select(
        "SELECT expires_at BETWEEN now() + '14 minutes' AND now() + '15 minutes' FROM sign_in_links"
    ) == [(True,)]
    muster.connection.execute("UPDATE sign_in_links SET expires_at = now()")
    assert is_over(browser_of(muster).client.get(link))


def test_looking_at_a_link_does_not_use_it_up(muster: Muster) -> None:
    link, browser = new_link(muster), browser_of(muster)
    assert browser.client.head(link).status_code == 405
    for headers in PREFETCHES.values():
        assert browser.client.get(link, headers=headers).status_code == 403
    for method in ("POST", "PUT", "DELETE"):
        assert browser.client.open(link, method=method).status_code == 405
    browser.client.options(link)
    assert browser.cookie is None
    assert browser.client.get(link).status_code == 303


@pytest.mark.parametrize(
    "code", ["x", "A" * 43, "A" * 10_000, "%00", "é" * 43, "..%2f..%2fetc", "' OR 1=1 --"]
)
def test_what_is_no_link_is_over(code: str, idle_muster: Muster) -> None:
    response = idle_muster.client.get(f"/auth/link/{code}")
    assert response.status_code in (404, 410)
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_administrators_have_links(role: Role, muster: Muster) -> None:
    response = order(muster, muster.ask(CREATE, role=role)["token"])
    assert (response.status_code, error_code(response)) == (403, "E_ROLE_FORBIDDEN")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_without_a_token_there_is_no_link(authorization: str | None, muster: Muster) -> None:
    browser = browser_of(muster)
    browser.sign_in()
    headers = browser.own_headers() | ({} if authorization is None else {"Authorization": authorization})
    response = browser.post("/auth/link", {}, headers)
    assert (response.status_code, error_code(response)) == (401, "E_AUTH_REQUIRED")
    assert muster.select("SELECT count(*) FROM sign_in_links") == [(0,)]


def test_a_link_made_with_a_token_signs_in_as_that_token_and_ends_with_it(muster: Muster) -> None:
    made = muster.ask(CREATE, role=Role.ADMIN)
    link, unused, browser = (
        new_link(muster, made["token"]),
        new_link(muster, made["token"]),
        browser_of(muster),
    )
    assert browser.client.get(link).status_code == 303
    assert browser.viewer() == {"name": "ann", "role": "ADMIN"}
    muster.ask(REVOKE, id=made["apiToken"]["id"])
    assert browser.viewer() is None
    assert is_over(browser_of(muster).client.get(unused))


def test_a_link_of_a_former_admin_token_is_over(database: str) -> None:
    keys = Fernet.generate_key().decode()
    with running_muster(database, MUSTER_SECRET_KEYS=keys) as before:
        link = new_link(before)
    with running_muster(
        database, MUSTER_SECRET_KEYS=keys, MUSTER_ADMIN_TOKEN="another-token-that-is-long-enough-too"
    ) as after:
        assert is_over(browser_of(after).client.get(link))


def test_a_link_ends_the_session_that_the_browser_had(muster: Muster) -> None:
    browser = browser_of(muster)
    browser.sign_in(muster.ask(CREATE, role=Role.VIEWER)["token"])
    before = str(browser.cookie)
    assert browser.client.get(new_link(muster)).status_code == 303
    assert browser.viewer() == ADMIN
    assert browser_of(muster).bring(before).viewer() is None


def test_a_link_leads_to_the_public_address(database: str) -> None:
    with running_muster(database, MUSTER_PUBLIC_URL="https://example.com/muster") as muster:
        url = str(order(muster).get_json()["url"])
        code = url.removeprefix("https://example.com/muster/auth/link/")
        assert len(code) == 43
        response = muster.client.get(f"/auth/link/{code}")
        assert (response.status_code, response.headers["Location"]) == (303, "/muster/")
        assert response.headers["Set-Cookie"].startswith("__Host-muster_session=")


def test_a_link_is_nowhere_in_the_database(muster: Muster) -> None:
    code = new_link(muster).rpartition("/")[2]
    rows = muster.select("SELECT l::text, code_hash FROM sign_in_links l")
    assert len(rows) == 1
    for text, digest in rows:
        assert len(digest) == 32
        assert not [part for part in (code, code.encode().hex(), TOKEN) if part in text]


def test_following_a_link_is_on_record(muster: Muster) -> None:
    link = new_link(muster)
    for _ in range(2):
        browser_of(muster).client.get(link)
    events = "SELECT action, outcome, identity, after FROM audit_events WHERE action = 'signIn' ORDER BY id"
    assert muster.select(events) == [
        ("signIn", "SUCCEEDED", "admin-token", {"method": "LINK"}),
        ("signIn", "REFUSED", None, {"method": "LINK"}),
    ]
