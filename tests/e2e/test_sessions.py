"""Signing in and out, with a token or at a provider, and coming back to the same place."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import NewContext
from tests.e2e.world import World, open_page, sign_in_state
from tests.oidc import LocalProvider
from tests.stack import RunningStack

FAILED_RUNS = "/collections?status=FAILED"


@pytest.fixture
def stranger(new_context: NewContext) -> Page:
    """A browser that nobody has signed in."""
    return new_context().new_page()


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()


def test_a_token_signs_in_and_leads_to_where_one_wanted_to_go(
    stranger: Page, stack: RunningStack, world: World
) -> None:
    stranger.goto(FAILED_RUNS)
    expect(stranger.get_by_test_id("state-auth")).to_be_visible()
    sign_in(stranger, stack.token)
    expect(stranger).to_have_url(stack.url + FAILED_RUNS)
    expect(stranger.get_by_test_id("run-row")).to_have_count(1)


def test_a_wrong_token_says_so_and_changes_nothing(stranger: Page) -> None:
    stranger.goto("/sign-in")
    sign_in(stranger, "no-such-token")
    expect(stranger.get_by_test_id("state-error")).to_have_attribute("data-code", "E_AUTH_REQUIRED")
    expect(stranger).to_have_url("/sign-in")


def test_signing_out_by_the_menu(new_context: NewContext, stack: RunningStack) -> None:
    page = new_context(storage_state=sign_in_state(stack.url, stack.token)).new_page()
    open_page(page, "/settings")
    page.get_by_role("button", name="Signed in as").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_test_id("state-auth")).to_be_visible()
    assert page.context.cookies() == []


def test_a_session_that_ended_elsewhere_leads_back_to_the_same_place(
    new_context: NewContext, stack: RunningStack, world: World
) -> None:
    state = sign_in_state(stack.url, stack.token)
    page = new_context(storage_state=state).new_page()
    page.clock.install()
    open_page(page, FAILED_RUNS)
    expect(page.get_by_test_id("run-row")).to_have_count(1)

    end_session(page.context, stack.url)
    page.clock.fast_forward("00:20")
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, stack.token)
    expect(page).to_have_url(stack.url + FAILED_RUNS)
    expect(page.get_by_test_id("run-row")).to_have_count(1)


def test_single_sign_on_leads_back_to_where_one_wanted_to_go(
    stranger: Page, stack: RunningStack, provider: LocalProvider, world: World
) -> None:
    stranger.goto(FAILED_RUNS)
    stranger.get_by_role("link", name="single sign-on").click()
    expect(stranger).to_have_url(re.compile(re.escape(provider.issuer)))
    stranger.get_by_placeholder("sub").fill("ann")
    stranger.get_by_role("button", name="Authorize").click()

    expect(stranger).to_have_url(stack.url + FAILED_RUNS)
    expect(stranger.get_by_test_id("run-row")).to_have_count(1)
    stranger.get_by_role("button", name="Signed in as Ann").click()
    expect(stranger.get_by_role("menu")).to_contain_text("role EDITOR")


def end_session(context: BrowserContext, url: str) -> None:
    """Sign the browser's own session out, as another tab of it would."""
    context.request.post(
        f"{url}/auth/sign-out",
        headers={
            "Origin": url,
            "X-CSRF-Token": context.request.get(f"{url}/auth/session").json()["csrfToken"],
        },
    )
