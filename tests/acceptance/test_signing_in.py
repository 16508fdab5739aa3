"""A real browser signs in by a link and works with its session; another site can do nothing with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.cli.api_client import ApiClient
from tests.stack import RunningStack

ASK = """async ([query, headers]) => {
    const response = await fetch("/graphql", {method: "POST", body: JSON.stringify({query}),
        headers: {"Content-Type": "application/json", ...headers}});
    return {status: response.status, ...await response.json()};
}"""
SESSION = 'async () => (await fetch("/auth/session")).json()'
SIGN_OUT = """async (csrf) => (await fetch("/auth/sign-out",
    {method: "POST", headers: {"X-CSRF-Token": csrf}})).status"""
VIEWER = "{ viewer { name role } }"
# Another port is another origin on the same site: SameSite alone lets the cookie through.
NEIGHBOUR = "http://127.0.0.1:9/"
ATTACK = """<!doctype html><title>Neighbour</title>
<form method="post" action="{url}/auth/sign-out"><button>Win a prize</button></form>"""


@pytest.fixture
def page(stack: RunningStack, browser: Browser) -> Iterator[Page]:
    """A page of Muster in a browser of its own that a link has signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(ApiClient(stack.url, stack.token).create_sign_in_link())
    yield page
    context.close()


def session(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(SESSION)
    return found


def ask(page: Page, query: str, **headers: str) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate(ASK, [query, headers])
    return answer


def test_a_link_leads_to_the_start_page_signed_in(stack: RunningStack, page: Page) -> None:
    assert page.url == f"{stack.url}/"
    assert session(page)["viewer"] == {"name": "admin", "role": "ADMIN", "identity": "admin-token"}
    answer = ask(page, VIEWER, **{"X-CSRF-Token": session(page)["csrfToken"]})
    assert answer == {"status": 200, "data": {"viewer": {"name": "admin", "role": "ADMIN"}}}


def test_scripts_cannot_read_the_session(page: Page) -> None:
    assert page.evaluate("document.cookie") == ""
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("muster_session", True, "Lax")


def test_the_cookie_alone_does_nothing(page: Page) -> None:
    answer = ask(page, VIEWER)
    assert (answer["status"], answer["data"]) == (403, None)
    assert answer["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"


def test_signing_out_ends_it(page: Page) -> None:
    csrf_token = session(page)["csrfToken"]
    assert page.evaluate(SIGN_OUT, csrf_token) == 200
    assert session(page) == {"viewer": None, "csrfToken": None, "singleSignOn": False}
    assert page.context.cookies() == []
    answer = ask(page, VIEWER, **{"X-CSRF-Token": csrf_token})
    assert answer["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"


def test_a_neighbours_page_cannot_sign_anybody_out(stack: RunningStack, page: Page) -> None:
    page.route(
        NEIGHBOUR, lambda route: route.fulfill(body=ATTACK.format(url=stack.url), content_type="text/html")
    )
    page.goto(NEIGHBOUR)
    with page.expect_response(f"{stack.url}/auth/sign-out") as answered:
        page.get_by_role("button").click()
    assert "muster_session=" in answered.value.request.all_headers().get("cookie", "")
    assert answered.value.status == 403
    page.goto(stack.url)
    assert session(page)["viewer"] is not None
