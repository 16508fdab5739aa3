"""Every page, at every width, in either colour scheme: it fits, nothing is cut off, axe-core is content."""

import pytest
from playwright.sync_api import Page

from tests.e2e.looking import fits_into, outside, violations
from tests.e2e.world import PAGES, World, open_page

WIDTHS = (360, 768, 2560, 1440)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_is_accessible(name: str, page: Page, world: World) -> None:
    open_page(page, world.paths[name])
    for width in WIDTHS:
        fits_into(page, width)
        assert outside(page) == [], f"at {width} px"
    assert violations(page) == []
