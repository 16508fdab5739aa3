"""What is wrong with a page to look at: found by axe-core, and by where its elements stand."""

from typing import Any

from playwright.sync_api import Page, expect

from app.core.config import REPO_ROOT

AXE = REPO_ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# what moves has the colours of no state: all of it is looked at when it has come to rest
AT_REST = """Promise.all(document.getAnimations()
    .filter(animation => animation.effect.getTiming().iterations < 99)
    .map(animation => animation.finished.catch(() => null)))"""
# GraphiQL's own tabs hold the button that closes them, which axe-core rightly dislikes
FOUND = """async () => (await axe.run({exclude: ['.graphiql-tab']})).violations.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${node.html} ${node.failureSummary}`))"""
# by how many pixels, after at most so many frames for whatever moves or measures itself
TOO_WIDE_BY = """async () => {
    const tooWideBy = () => document.documentElement.scrollWidth - innerWidth;
    for (let frame = 0; frame < 120 && (frame < 2 || tooWideBy() > 0); frame++)
        await new Promise(requestAnimationFrame);
    return tooWideBy();
}"""
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


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, in both colour schemes."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        page.evaluate(AT_REST)
        seen: list[Any] = page.evaluate(FOUND)
        found += [f"{scheme}: {violation}" for violation in seen]
    return found


def fits_into(page: Page, width: int) -> None:
    """The page in a window of `width` pixels has nothing beside it, once it has come to rest."""
    page.set_viewport_size({"width": width, "height": 900})
    too_wide_by = page.evaluate(TOO_WIDE_BY)
    assert too_wide_by <= 0, f"{too_wide_by} px too wide for {width} px"


def outside(page: Page) -> list[str]:
    """What reaches out of the window where nobody can scroll to."""
    found: list[str] = page.evaluate(OUTSIDE)
    return found
