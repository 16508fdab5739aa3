"""Signing in and out with a browser over HTTP, and what a session cookie alone cannot do."""

import json
from collections.abc import Iterator

import pytest

from tests.api.browser import Browser, browser_of, error_code
from tests.api.conftest import TOKEN, Muster, running_muster

ADMIN = {"name": "admin", "role": "ADMIN", "identity": "admin-token"}
MAKE_TOKEN = 'mutation { createApiToken(name: "x", role: VIEWER) { token } }'
MONTH_SECONDS = 30 * 24 * 3600

FOREIGN = {
    "another site": {"Origin": "https://evil.example"},
    "no origin to speak of": {"Origin": "null"},
    "empty": {"Origin": ""},
    "another scheme": {"Origin": "https://localhost"},
    "another port": {"Origin": "http://localhost:8001"},
    "a subdomain": {"Origin": "http://x.localhost"},
    "begins alike": {"Origin": "http://localhost.evil.example"},
    "ends alike": {"Origin": "http://evil-localhost"},
    "user info": {"Origin": "http://localhost@evil.example"},
    "no address": {"Origin": "http://["},
    "no port": {"Origin": "http://localhost:x"},
    "two": {"Origin": "http://localhost, http://evil.example"},
    "foreign page": {"Referer": "https://evil.example/http://localhost/"},
    "foreign origin, own page": {"Origin": "https://evil.example", "Referer": "http://localhost/"},
}
OWN = {
    "origin": {"Origin": "http://localhost"},
    "origin in capitals, with its port": {"Origin": "HTTP://LOCALHOST:80"},
    "page": {"Referer": "http://localhost/collections/1"},
    "no browser": {},
}


@pytest.fixture(scope="module")
def idle_muster(idle_database: str) -> Iterator[Muster]:
    """An application for the tests that store nothing but sessions, however often they sign in."""
    with running_muster(idle_database, MUSTER_SIGN_IN_RATE_LIMIT="100000 per minute") as running:
        yield running


@pytest.fixture
def visitor(muster: Muster) -> Browser:
    """A browser that the admin token has signed in."""
    return signed_in(muster)


def signed_in(muster: Muster) -> Browser:
    visitor = browser_of(muster)
    assert visitor.sign_in().status_code == 200
    return visitor


def tokens(muster: Muster) -> int:
    """How many API tokens there are: MAKE_TOKEN makes one when it is carried out."""
    ((count,),) = muster.select("SELECT count(*) FROM api_tokens")
    return int(count)


def sessions(muster: Muster) -> int:
    ((count,),) = muster.select("SELECT count(*) FROM browser_sessions")
    return int(count)


def test_signing_in_and_out(muster: Muster) -> None:
    visitor = browser_of(muster)
    assert visitor.session() == {"viewer": None, "csrfToken": None, "singleSignOn": False}
    assert visitor.viewer() is None
    assert visitor.sign_in().get_json() == {"viewer": ADMIN}
    assert visitor.session()["viewer"] == ADMIN
    assert visitor.viewer() == {"name": "admin", "role": "ADMIN"}
    assert visitor.graphql(MAKE_TOKEN).get_json()["data"]["createApiToken"]["token"]
    assert visitor.sign_out().get_json() == {"viewer": None}
    assert visitor.cookie is None
    assert visitor.session()["viewer"] is None


@pytest.mark.parametrize(
    "wrong", ["no token", TOKEN[:-1], f"{TOKEN}x", f"{TOKEN}\nx", "\0", "ü", "\ud800", "muster_" + "x" * 43]
)
def test_a_wrong_token_opens_nothing(wrong: str, idle_muster: Muster) -> None:
    response = browser_of(idle_muster).sign_in(wrong)
    assert (response.status_code, error_code(response)) == (401, "E_AUTH_REQUIRED")
    assert "Set-Cookie" not in response.headers
    assert wrong not in response.text


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "E_BAD_INPUT"),
        ("[]", "application/json", 400, "E_BAD_INPUT"),
        ("{}", "application/json", 400, "E_BAD_INPUT"),
        ('{"token": 5}', "application/json", 400, "E_BAD_INPUT"),
        ('{"token": ""}', "application/json", 400, "E_BAD_INPUT"),
        ('{"token": ["' + TOKEN + '"]}', "application/json", 400, "E_BAD_INPUT"),
        ("[" * 9_000, "application/json", 400, "E_BAD_INPUT"),
        (json.dumps({"token": "x" * 1_000_000}), "application/json", 413, "E_LIMIT"),
        (json.dumps({"token": TOKEN}), "text/plain", 415, "E_BAD_INPUT"),
        (f"token={TOKEN}", "application/x-www-form-urlencoded", 415, "E_BAD_INPUT"),
        ("", "", 415, "E_BAD_INPUT"),
    ],
)
def test_what_is_no_token_in_json_is_refused(
    body: str, content_type: str, status: int, code: str, idle_muster: Muster
) -> None:
    response = idle_muster.client.post("/auth/sign-in", data=body, content_type=content_type)
    assert (response.status_code, error_code(response)) == (status, code)
    assert "Set-Cookie" not in response.headers


def test_the_cookie_is_for_http_requests_of_this_site_only(muster: Muster) -> None:
    cookie = browser_of(muster).sign_in().headers["Set-Cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("muster_session=")
    assert {each for each in attributes if not each.startswith("Expires=")} == {
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
        f"Max-Age={MONTH_SECONDS}",
    }


def check_secure(cookie: str) -> None:
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-muster_session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not [each for each in attributes if each.startswith("Domain")]


def test_under_https_the_cookie_is_for_https_only(muster: Muster) -> None:
    visitor = browser_of(muster, "https://localhost")
    check_secure(visitor.sign_in().headers["Set-Cookie"])
    assert visitor.viewer() == {"name": "admin", "role": "ADMIN"}
    # a neighbour on the same domain can set the plain name: it means nothing here
    planted = browser_of(muster, "https://localhost").bring(str(visitor.cookie))
    assert planted.session()["viewer"] is None
    check_secure(visitor.sign_out().headers["Set-Cookie"])


def test_behind_a_proxy_that_speaks_https_the_public_address_counts(database: str) -> None:
    with running_muster(database, MUSTER_PUBLIC_URL="https://muster.example.com") as muster:
        request = {"json": {"token": TOKEN}, "base_url": "http://10.0.0.5:8000"}
        own, inner = ({"Origin": origin} for origin in ("https://muster.example.com", "http://10.0.0.5:8000"))
        check_secure(muster.client.post("/auth/sign-in", headers=own, **request).headers["Set-Cookie"])
        assert muster.client.post("/auth/sign-in", headers=inner, **request).status_code == 403


FORWARDED = {
    "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "muster.example.com",
    "Origin": "https://muster.example.com",
}
SIGN_INS = "SELECT address FROM audit_events WHERE action = 'signIn' AND outcome = 'SUCCEEDED'"


def test_what_a_trusted_proxy_says_counts(database: str) -> None:
    with running_muster(database, MUSTER_TRUSTED_PROXIES="1") as muster:
        response = muster.client.post("/auth/sign-in", json={"token": TOKEN}, headers=FORWARDED)
        check_secure(response.headers["Set-Cookie"])
        assert [str(address) for (address,) in muster.select(SIGN_INS)] == ["203.0.113.9"]


def test_without_one_nobody_says_where_a_request_comes_from(muster: Muster) -> None:
    assert browser_of(muster).sign_in(**FORWARDED).status_code == 403
    own = {**FORWARDED, "Origin": "http://localhost"}
    assert browser_of(muster).sign_in(**own).headers["Set-Cookie"].startswith("muster_session=")
    assert [str(address) for (address,) in muster.select(SIGN_INS)] == ["127.0.0.1"]


def test_each_sign_in_makes_a_new_session_and_ends_the_one_before(muster: Muster, visitor: Browser) -> None:
    first = str(visitor.cookie)
    assert visitor.sign_in().status_code == 200
    assert visitor.cookie != first
    assert browser_of(muster).bring(first).viewer() is None
    assert visitor.viewer() is not None


def test_a_planted_session_is_not_taken_over(muster: Muster) -> None:
    planted = "A" * 43
    visitor = browser_of(muster).bring(planted)
    assert visitor.sign_in().status_code == 200
    assert visitor.cookie != planted
    assert browser_of(muster).bring(planted).viewer() is None


def test_a_failed_sign_in_leaves_the_session_as_it_is(visitor: Browser) -> None:
    assert visitor.sign_in("wrong").status_code == 401
    assert visitor.viewer() is not None


@pytest.mark.parametrize("edit", ["missing", "empty", "wrong", "cut", "capitals", "of another session"])
def test_a_cookie_without_its_csrf_token_does_nothing(edit: str, idle_muster: Muster) -> None:
    visitor, other = signed_in(idle_muster), signed_in(idle_muster)
    headers = visitor.own_headers()
    right = headers.pop("X-CSRF-Token")
    edited = {
        "empty": "",
        "wrong": "0" * len(right),
        "cut": right[:-1],
        "capitals": right.upper(),
        "of another session": other.session()["csrfToken"],
    }
    if edit in edited:
        headers["X-CSRF-Token"] = edited[edit]
    for path, body in {"/graphql": {"query": MAKE_TOKEN}, "/auth/sign-out": {}}.items():
        response = visitor.post(path, body, headers)
        assert (response.status_code, error_code(response)) == (403, "E_AUTH_REQUIRED")
    assert tokens(idle_muster) == 0
    assert visitor.viewer() is not None


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_page_of_another_site_does_nothing(headers: dict[str, str], idle_muster: Muster) -> None:
    visitor = signed_in(idle_muster)
    before = sessions(idle_muster)
    given = {"X-CSRF-Token": visitor.own_headers()["X-CSRF-Token"], **headers}
    for path, body in {"/graphql": {"query": MAKE_TOKEN}, "/auth/sign-out": {}}.items():
        response = visitor.post(path, body, given)
        assert (response.status_code, error_code(response)) == (403, "E_AUTH_REQUIRED")
    assert tokens(idle_muster) == 0
    assert visitor.post("/auth/sign-in", {"token": TOKEN}, headers).status_code == 403
    assert sessions(idle_muster) == before


@pytest.mark.parametrize("headers", OWN.values(), ids=OWN.keys())
def test_a_page_of_this_site_may_do_it(headers: dict[str, str], muster: Muster, visitor: Browser) -> None:
    given = {"X-CSRF-Token": visitor.own_headers()["X-CSRF-Token"], **headers}
    assert "errors" not in visitor.graphql(MAKE_TOKEN, given).get_json()
    assert tokens(muster) == 1
    assert visitor.post("/auth/sign-in", {"token": TOKEN}, headers).status_code == 200


def test_nothing_is_done_by_get(muster: Muster, visitor: Browser) -> None:
    for method in ("GET", "HEAD"):
        response = visitor.client.open(
            "/graphql", method=method, query_string={"query": MAKE_TOKEN}, headers=visitor.own_headers()
        )
        assert response.status_code == 405
    assert tokens(muster) == 0
    assert visitor.client.get("/auth/sign-out").status_code in (404, 405)
    assert visitor.viewer() is not None


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_a_form_can_send_is_refused(content_type: str, muster: Muster, visitor: Browser) -> None:
    response = visitor.client.post(
        "/graphql",
        data=json.dumps({"query": MAKE_TOKEN}),
        content_type=content_type,
        headers=visitor.own_headers(),
    )
    assert (response.status_code, error_code(response)) == (415, "E_BAD_INPUT")
    assert tokens(muster) == 0


def test_a_bearer_counts_before_the_cookie_and_needs_no_csrf_token(muster: Muster, visitor: Browser) -> None:
    made = visitor.graphql(MAKE_TOKEN).get_json()["data"]["createApiToken"]["token"]
    query = "{ viewer { name } }"
    answer = visitor.graphql(query, {"Authorization": f"Bearer {made}"}).get_json()
    assert answer == {"data": {"viewer": {"name": "x"}}}
    for wrong in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}"):
        headers = {**visitor.own_headers(), "Authorization": wrong}
        assert error_code(visitor.graphql(query, headers)) == "E_AUTH_REQUIRED"


def test_an_edited_cookie_is_nobodys(muster: Muster, visitor: Browser) -> None:
    value = str(visitor.cookie)
    first = "B" if value[0] == "A" else "A"
    edited = [
        first + value[1:],
        value[:-2],
        value + "A",
        value + "=",
        value.swapcase(),
        f'"{value}"x',
        value * 25_000,
        f"{value}\n",
        f"{value}\r\nX: y",
        f" {value}\0",
        value[:20] + "é" + value[21:],
        "muster_" + value[:36],
        "",
    ]
    for each in edited:
        response = browser_of(muster).client.post(
            "/graphql",
            json={"query": "{ viewer { name } }"},
            headers={"Origin": "http://localhost", "X-CSRF-Token": visitor.own_headers()["X-CSRF-Token"]},
            environ_overrides={"HTTP_COOKIE": f"muster_session={each}"},
        )
        assert error_code(response) == "E_AUTH_REQUIRED", each[:60]
        assert response.status_code in (200, 403)


@pytest.mark.parametrize("name", ["token", "access_token"])
@pytest.mark.parametrize("path", ["/graphql", "/auth/sign-in", "/auth/sign-out", "/auth/link"])
def test_a_token_in_the_address_is_refused(path: str, name: str, muster: Muster) -> None:
    response = muster.client.post(
        path,
        query_string={name: TOKEN},
        json={"query": MAKE_TOKEN, "token": TOKEN},
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert (response.status_code, error_code(response)) == (400, "E_BAD_INPUT")
    assert response.get_json()["errors"][0]["extensions"]["fields"].keys() == {name}
    assert TOKEN not in response.text
    assert (tokens(muster), sessions(muster)) == (0, 0)


@pytest.mark.parametrize("path", ["/", "/auth/session", "/auth/oidc/start", "/auth/link/x"])
def test_no_page_takes_a_token_from_the_address(path: str, idle_muster: Muster) -> None:
    assert idle_muster.client.get(path, query_string={"token": TOKEN}).status_code == 400


def test_signing_in_and_out_is_on_record(muster: Muster, visitor: Browser) -> None:
    visitor.sign_in("wrong")
    visitor.sign_out()
    events = "SELECT action, outcome, identity FROM audit_events ORDER BY id"
    assert muster.select(events) == [
        ("signIn", "SUCCEEDED", "admin-token"),
        ("signIn", "REFUSED", None),
        ("signOut", "SUCCEEDED", "admin-token"),
    ]


def test_without_a_database_signing_in_says_no_more_than_that(muster: Muster) -> None:
    muster.connection.execute("ALTER TABLE browser_sessions RENAME TO put_away")
    response = browser_of(muster).sign_in()
    assert (response.status_code, error_code(response)) == (500, "E_INTERNAL")
    assert response.get_json()["errors"][0]["extensions"].keys() == {"code", "logId"}
    assert "browser_sessions" not in response.text
