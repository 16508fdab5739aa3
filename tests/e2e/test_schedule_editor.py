"""What a schedule comes to, while it is typed: its next ten fires, and the days on which clocks change."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.world import World, collection_row, open_page


@pytest.fixture
def editor_of_schedule(page: Page, world: World) -> Locator:
    open_page(page, "/collections?search=Shop")
    collection_row(page, world.shop).get_by_role("button", name="More about").click()
    page.get_by_role("menuitem", name="Edit schedule").click()
    return page.get_by_role("dialog")


def choose(dialog: Locator, label: str, option: str) -> None:
    dialog.get_by_label(label, exact=True).click()
    dialog.page.get_by_role("option", name=option).click()


def choose_zone(dialog: Locator, zone: str) -> None:
    dialog.get_by_test_id("schedule-timezone").fill(zone)
    dialog.page.get_by_role("option", name=zone).click()


def test_ten_fires_and_the_schedule_in_words(editor_of_schedule: Locator) -> None:
    choose(editor_of_schedule, "How often", "Every day")
    choose_zone(editor_of_schedule, "Asia/Tokyo")
    editor_of_schedule.get_by_test_id("schedule-time").fill("04:45")
    preview = editor_of_schedule.get_by_test_id("schedule-preview")
    expect(preview).to_contain_text("04:45")
    expect(preview).to_contain_text("Asia/Tokyo")
    fires = preview.get_by_role("listitem")
    expect(fires).to_have_count(10)
    # in Tokyo it is 04:45 when it is 19:45 of the day before in UTC, all year round
    expect(fires.locator("time[datetime*='T19:45:00']")).to_have_count(10)
    expect(editor_of_schedule.get_by_test_id("schedule-warnings")).to_have_count(0)


def test_clock_changes_are_warned_of(editor_of_schedule: Locator) -> None:
    choose(editor_of_schedule, "How often", "Custom (cron)")
    choose_zone(editor_of_schedule, "America/New_York")
    cron = editor_of_schedule.get_by_test_id("schedule-cron")
    warnings = editor_of_schedule.get_by_test_id("schedule-warnings")
    cron.fill("30 2 * * *")
    expect(warnings).to_contain_text("the clock in America/New_York skips 02:30: no run that day")
    cron.fill("30 1 * * *")
    expect(warnings).to_contain_text(
        "the clock in America/New_York shows 01:30 twice: 2 runs that day instead of 1"
    )
    cron.fill("30 12 * * *")
    expect(warnings).to_have_count(0)
    expect(editor_of_schedule.get_by_test_id("schedule-preview").get_by_role("listitem")).to_have_count(10)


def test_what_is_no_schedule_cannot_be_saved(editor_of_schedule: Locator) -> None:
    choose(editor_of_schedule, "How often", "Custom (cron)")
    cron = editor_of_schedule.get_by_test_id("schedule-cron")
    save = editor_of_schedule.get_by_role("button", name="Save")
    cron.fill("61 * * * *")
    expect(cron).to_have_attribute("aria-invalid", "true")
    expect(editor_of_schedule.get_by_test_id("schedule-preview")).to_contain_text("No preview")
    expect(save).to_be_disabled()
    cron.fill("59 * * * *")
    expect(cron).not_to_have_attribute("aria-invalid", "true")
    expect(save).to_be_enabled()
