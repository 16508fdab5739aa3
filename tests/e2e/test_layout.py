"""From the narrowest telephone to the widest screen no page scrolls sideways, and nothing is cut off."""

import pytest
from playwright.sync_api import Page

from tests.e2e.world import PAGES, World, fits_into, open_page

WIDTHS = (360, 768, 1440, 2560)
# What reaches out of the window and cannot be scrolled to within something of its own,
# after at most so many frames for whatever moves or measures itself.
OUTSIDE = """async () => {
    const isReachable = element => {
        for (let e = element; e !== document.body && e !== null; e = e.parentElement) {
            const {overflowX, position} = getComputedStyle(e);
            if (['auto', 'scroll'].includes(overflowX)) return true;
            if (e.matches('a[href="#content"], nav, [data-portal], .monaco-editor')) return true;
        }
        return false;
    };
    const isOutside = element => {
        const {left, right, width, height} = element.getBoundingClientRect();
        return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1) && !isReachable(element);
    };
    const outside = () =>
        [...document.querySelectorAll('a, button, input, select, h1, h2, h3, p, label')].filter(isOutside);
    for (let frame = 0; frame < 120 && outside().length > 0; frame++)
        await new Promise(requestAnimationFrame);
    return outside().map(element => {
        const {left, right} = element.getBoundingClientRect();
        return `${element.outerHTML.slice(0, 200)} from ${left} to ${right}`;
    });
}"""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_reaches_out_of_the_window(name: str, page: Page, world: World) -> None:
    open_page(page, world.paths[name])
    for width in WIDTHS:
        fits_into(page, width)
        assert page.evaluate(OUTSIDE) == [], f"at {width} px"
