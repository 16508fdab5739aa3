"""From the narrowest telephone to the widest screen no page scrolls sideways, and nothing is cut off."""

import pytest
from playwright.sync_api import Page

from tests.e2e.world import PAGES, World, fits_into, open_page

WIDTHS = (360, 768, 1440, 2560)
# What reaches out of the window and cannot be scrolled to within something of its own.
OUTSIDE = """() => {
    const isReachable = element => {
        for (let e = element; e !== document.body && e !== null; e = e.parentElement) {
            const {overflowX, position} = getComputedStyle(e);
            if (['auto', 'scroll'].includes(overflowX)) return true;
            if (e.matches('a[href="#content"], nav, [data-portal], .monaco-editor')) return true;
        }
        return false;
    };
    const looked = document.querySelectorAll('a, button, input, select, h1, h2, h3, p, label');
    return [...looked].filter(element => {
        const {left, right, width, height} = element.getBoundingClientRect();
        return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1) && !isReachable(element);
    }).map(element => element.outerHTML.slice(0, 200));
}"""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_reaches_out_of_the_window(name: str, page: Page, world: World) -> None:
    open_page(page, world.paths[name])
    for width in WIDTHS:
        fits_into(page, width)
        assert page.evaluate(OUTSIDE) == [], f"at {width} px"
