"""Registering a source: gallery, form, test, first run, datasets; and changing it without its password."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.e2e.world import World, open_page, settled
from tests.sources import PostgresServer, free_port


@pytest.fixture(scope="module")
def parameters(source: PostgresServer) -> dict[str, str]:
    """What is typed into the form, by label."""
    given = source.create_database("till", "CREATE TABLE receipts (id int PRIMARY KEY)")
    labels = {"Host": "host", "Port": "port", "Database": "database", "User name": "username"}
    typed = {label: str(given[key]) for label, key in labels.items()}
    return {**typed, "Password": source.password}


def field(page: Page, label: str) -> Locator:
    """A field of the form."""
    return page.get_by_role("main").get_by_label(re.compile(f"^{label}")).and_(page.locator("input"))


def fill(page: Page, parameters: dict[str, str]) -> None:
    for label, value in parameters.items():
        field(page, label).fill(value)


def outcome_of_test(page: Page, result: str) -> Locator:
    """Test the connection; what came of it."""
    page.get_by_role("button", name="Test connection").click()
    outcome = page.get_by_test_id("connection-test")
    expect(outcome).to_have_attribute("data-result", result)
    return outcome


def test_from_the_gallery_to_the_datasets(page: Page, parameters: dict[str, str], world: World) -> None:
    open_page(page, "/endpoints")
    page.get_by_role("main").get_by_role("button", name="Register").click()
    page.locator("[data-connector=postgres]").click()
    fill(page, {**parameters, "Name": "Till"})
    outcome_of_test(page, "passed")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Till")
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_test_id("run-row")).to_have_attribute("data-status", "SUCCEEDED")
    page.get_by_role("tab", name="Datasets").click()
    settled(page)
    expect(page.get_by_role("link", name="receipts")).to_be_visible()


def test_each_way_to_fail_reads_differently(page: Page, parameters: dict[str, str], world: World) -> None:
    open_page(page, "/endpoints/new?connector=postgres")
    closed = str(free_port())
    wrong = {
        "SOURCE_AUTH_FAILED": ({"Password": "not-the-password"}, "password"),
        "SOURCE_HOST_UNKNOWN": ({"Host": "nowhere.invalid"}, "nowhere.invalid"),
        "SOURCE_REFUSED": ({"Port": closed}, closed),
    }
    for code, (changes, named) in wrong.items():
        fill(page, {**parameters, "Name": "Never", **changes})
        outcome = outcome_of_test(page, "failed")
        failed = outcome.get_by_role("listitem").and_(page.locator("[data-state=failed]"))
        expect(failed).to_have_count(1)
        expect(failed).to_have_attribute("data-code", code)
        expect(failed).to_contain_text(named)


def test_an_untested_source_is_not_saved(page: Page, parameters: dict[str, str], api: Api) -> None:
    open_page(page, "/endpoints/new?connector=postgres")
    fill(page, {**parameters, "Password": "not-the-password", "Name": "Never"})
    outcome_of_test(page, "failed")
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    assert api.ask('{ endpoints(search: "Never") { id } }') == []


def test_a_masked_password_is_kept(page: Page, world: World, api: Api) -> None:
    open_page(page, f"/endpoints/{world.shop.id}/edit")
    expect(field(page, "Password")).to_have_value("")
    field(page, "Domain").fill("retail")
    outcome_of_test(page, "passed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")

    domain = api.ask("query($id: ID!) { endpoint(id: $id) { domain } }", id=world.shop.id)
    assert domain == {"domain": "retail"}
    assert api.finished(api.trigger(world.shop.collection))["status"] == "SUCCEEDED"


def test_a_wrong_password_locks_what_was_registered(page: Page, world: World, api: Api) -> None:
    open_page(page, f"/endpoints/{world.shop.id}/edit")
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_enabled()
    field(page, "Password").fill("not-the-password")
    expect(save).to_be_disabled()
    failed = outcome_of_test(page, "failed").locator("[data-state=failed]")
    expect(failed).to_have_count(1)
    expect(failed).to_have_attribute("data-code", "SOURCE_AUTH_FAILED")
    expect(failed).to_contain_text("password")
    expect(save).to_be_disabled()

    field(page, "Password").fill("")
    expect(save).to_be_enabled()
    assert api.finished(api.trigger(world.shop.collection))["status"] == "SUCCEEDED"
