"""A dataset's lineage on its page: graph and list, by pointer and keyboard, and what keys join it with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, register
from tests.e2e.looking import fits_into, outside, violations
from tests.e2e.world import open_page
from tests.sources import PostgresServer

LONG = "a_view_whose_name_takes_all_of_the_letters_that_a_name_may_have"
RIGHT_TO_LEFT = "ملخص الأسبوع"
MILL = f"""
    CREATE TABLE farms (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE grain (
        id int PRIMARY KEY, farm_id int NOT NULL REFERENCES farms, kilos int NOT NULL, price int NOT NULL);
    CREATE TABLE alone (id int PRIMARY KEY);
    CREATE VIEW deliveries AS
        SELECT g.id, f.name AS farm, g.kilos * g.price AS cost FROM grain g JOIN farms f ON f.id = g.farm_id;
    CREATE VIEW costs AS SELECT farm, sum(cost) AS total FROM deliveries GROUP BY farm;
    CREATE VIEW "{LONG}" AS SELECT total FROM costs;
    CREATE VIEW "{RIGHT_TO_LEFT}" AS SELECT farm, total FROM costs;
"""


@dataclass(frozen=True)
class Mill:
    endpoint: Endpoint
    tables: Mapping[str, str]

    def path(self, name: str, query: str = "") -> str:
        return f"/catalog/{self.tables[name]}?tab=lineage{query}"


@pytest.fixture(scope="module")
def mill(api: Api, source: PostgresServer) -> Mill:
    endpoint = register(api, "Mill", "postgres", source.create_database("mill", MILL))
    question = "query($e: ID!) { catalogDatasetConnection(endpointId: $e) { nodes { id entity } } }"
    return Mill(endpoint, {one["entity"]: one["id"] for one in api.ask(question, e=endpoint.id)["nodes"]})


def node(page: Page, mill: Mill, name: str) -> Locator:
    return page.get_by_test_id("lineage-node").and_(page.locator(f"[data-dataset-id='{mill.tables[name]}']"))


def edge(page: Page, before: str, after: str) -> Locator:
    return page.get_by_role("button", name=f"From public.{before} to public.{after}:")


def left_of(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["x"]


def test_rows_go_from_left_to_right(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("deliveries"))
    expect(page.get_by_test_id("lineage-node")).to_have_count(6)
    order = ["grain", "deliveries", "costs", LONG]
    places = [left_of(node(page, mill, name)) for name in order]
    assert places == sorted(places)
    assert left_of(node(page, mill, "farms")) == places[0]
    expect(node(page, mill, "deliveries")).to_have_attribute("aria-current", "page")
    expect(edge(page, "grain", "deliveries")).to_have_text("3")


def test_how_far_it_goes_is_chosen_and_kept(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("deliveries"))
    page.get_by_role("radiogroup", name="How far").get_by_text("1 step").click()
    expect(page.get_by_test_id("lineage-node")).to_have_count(4)
    page.reload()
    expect(page.get_by_test_id("lineage-node")).to_have_count(4)
    expect(page).to_have_url(re.compile("depth=1"))


def test_an_edge_shows_its_pairs_of_columns(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("deliveries"))
    chosen = edge(page, "grain", "deliveries")
    chosen.focus()
    page.keyboard.press("Enter")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    pairs = page.get_by_test_id("lineage-pairs").get_by_role("row")
    assert {tuple(row.split()) for row in pairs.all_inner_texts()[1:]} == {
        ("id", "id"),
        ("kilos", "cost"),
        ("price", "cost"),
    }
    page.reload()
    expect(page.get_by_test_id("lineage-pairs")).to_contain_text("public.grain → public.deliveries")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_test_id("lineage-pairs")).to_have_count(0)


def test_a_column_is_followed_over_all_steps(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("deliveries"))
    page.get_by_role("combobox", name="Follow a column").click()
    page.get_by_role("option", name="farm", exact=True).click()
    expect(node(page, mill, "farms")).to_contain_text("name")
    expect(node(page, mill, "costs")).to_contain_text("farm")
    for name in ("grain", LONG):
        expect(node(page, mill, name)).to_have_attribute("data-aside", "true")
    page.get_by_text("List", exact=True).click()
    before = page.get_by_role("region", name="Made from", exact=True)
    expect(before.get_by_role("link")).to_have_text("public.farms")
    expect(before).to_contain_text("name → farm")


def test_datasets_are_links_that_the_keyboard_reaches(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("costs"))
    page.get_by_role("region", name="Lineage graph").focus()
    links = page.get_by_test_id("lineage-graph").get_by_role("link")
    reached: list[str] = []
    for _ in range(30):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href')")
        if href and "tab=lineage" in href:
            reached.append(href)
    assert len(reached) == links.count() == 5
    links.filter(has_text="public.grain").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("public.grain")
    expect(page).to_have_url(re.compile("tab=lineage"))


def test_the_list_says_the_same_without_a_picture(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("deliveries", "&view=list"))
    before = page.get_by_role("region", name="Made from", exact=True)
    after = page.get_by_role("region", name="What is made from it")
    expect(before.get_by_role("link")).to_have_count(2)
    expect(before).to_contain_text("kilos → cost")
    expect(after.get_by_role("link")).to_have_count(3)
    expect(after.get_by_role("row").filter(has_text=LONG)).to_contain_text("2 steps after")


def test_foreign_keys_stand_beside_it(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("farms"))
    referring = page.get_by_test_id("referenced-by")
    expect(referring).to_contain_text("farm_id → id")
    referring.get_by_role("link", name="public.grain").click()
    expect(page.get_by_role("region", name="Foreign keys", exact=True)).to_contain_text("public.farms (id)")


def test_where_there_is_none_it_says_why(mill: Mill, page: Page) -> None:
    open_page(page, mill.path("alone"))
    expect(page.get_by_test_id("state-empty")).to_contain_text("No lineage is known")
    expect(page.get_by_test_id("state-empty")).to_contain_text("no view")


@pytest.mark.parametrize("query", ["", "&view=list", "&follow=farm", "&depth=1"])
def test_every_view_is_accessible_and_fits(query: str, mill: Mill, page: Page) -> None:
    open_page(page, mill.path("deliveries", query))
    assert violations(page) == []
    for width in (1440, 390):
        fits_into(page, width)
        assert outside(page) == []
    assert violations(page) == []


def test_a_graph_larger_than_its_frame_is_dragged(mill: Mill, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, mill.path("deliveries"))
    graph = page.get_by_test_id("lineage-graph")
    box = graph.bounding_box()
    assert box is not None
    before = graph.evaluate("element => element.scrollLeft")
    assert before > 0
    page.mouse.move(box["x"] + 40, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 8, steps=4)
    page.mouse.up()
    assert graph.evaluate("element => element.scrollLeft") == before - 60
