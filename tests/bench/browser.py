"""What a person waits for in front of the web interface: Chromium's own figures, over a full database.

A Muster with 200 endpoints and 100,000 runs, then one with 10,000 and 1,000,000; each page is opened anew
several times. Prints tables, and writes browser.md. `--quick`: a small one, and nothing is written.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright
from rich.console import Console
from rich.table import Table

from app.core.config import FRONTEND_DIST
from tests.bench.crowd import Crowd, fill
from tests.bench.report import machine
from tests.chromium import launch_options
from tests.e2e.world import sign_in_state
from tests.stack import RunningStack, running_stack

CROWDS = (
    Crowd(endpoints=200, runs=100_000, recent_runs=5_000, datasets=2_000),
    Crowd(endpoints=10_000, runs=1_000_000, recent_runs=20_000, datasets=100_000),
)
QUICK = (Crowd(endpoints=20, runs=1_000, recent_runs=200, datasets=100),)
REPETITIONS = 5
PATIENCE_MS = 30_000
# nothing of the crowd is to be collected: its schedules never reach Temporal
SETTINGS = {"MUSTER_RECONCILE_INTERVAL_SECONDS": "86400"}
RESULTS = Path(__file__).with_name("browser.md")

# What the browser itself measures from the first moment on; an interaction is a click or a key, not a hover.
OBSERVE = """
window.seen = {paint: null, largest: null, shift: 0, longest: 0, blocked: 0, interactions: []};
const observe = (options, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({buffered: true, ...options});
observe({type: 'paint'}, (e) => { if (e.name === 'first-contentful-paint') seen.paint = e.startTime; });
observe({type: 'largest-contentful-paint'}, (e) => { seen.largest = e.startTime; });
observe({type: 'layout-shift'}, (e) => { if (!e.hadRecentInput) seen.shift += e.value; });
observe({type: 'longtask'}, (e) => {
    seen.longest = Math.max(seen.longest, e.duration);
    seen.blocked += Math.max(0, e.duration - 50);
});
observe({type: 'event', durationThreshold: 16}, (e) => {
    if (e.interactionId) seen.interactions.push(e.duration);
});
"""
# two frames: what an interaction led to has been painted
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class View:
    """A page, what stands in it when it is complete, and what a person then does, one after the other."""

    name: str
    path: str
    complete: str
    click: str | None = None
    keys: Sequence[str] = ()


RUN_ROW = "[data-testid='run-row']"
DATASET_LINK = "main a[href^='/catalog/']:visible"
NEXT_PAGE = "main nav button:has-text('Next')"
VIEWS = (
    View(
        "overview",
        "/",
        "a[data-run]",
        keys=("ArrowRight", "ArrowDown", "End", "PageDown", "Control+k", "a", "Escape"),
    ),
    View("endpoints", "/endpoints", "[data-testid='endpoint-card']", click=NEXT_PAGE),
    View("endpoints, searched", "/endpoints?search=0012", "[data-testid='endpoint-card']"),
    View("collections and runs", "/collections", RUN_ROW, click="[data-testid='runs-filter-status']"),
    View("failed runs", "/collections?status=FAILED", RUN_ROW, click=NEXT_PAGE),
    View("runs by hand", "/collections?trigger=MANUAL", RUN_ROW),
    View("catalog", "/catalog", DATASET_LINK, click=NEXT_PAGE),
    View("changes", "/changes", DATASET_LINK, click=NEXT_PAGE),
)


@dataclass(frozen=True)
class Seen:
    """One visit; milliseconds from the navigation on, but for `shift`, which has no unit."""

    paint: float
    largest: float
    complete: float
    shift: float
    longest: float
    blocked: float
    interaction: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.browser", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small crowd; browser.md stays as it is")
    is_quick = parser.parse_args().quick
    assert (FRONTEND_DIST / "index.html").is_file(), "the web interface has not been built: make setup"
    parts = [_heading()]
    for crowd in QUICK if is_quick else CROWDS:
        title, rows = measure(crowd)
        show(title, rows)
        parts.append(markdown(title, rows))
    if not is_quick:
        RESULTS.write_text("\n".join(parts), encoding="utf-8")


def measure(crowd: Crowd) -> tuple[str, list[tuple[str, ...]]]:
    """The medians of each view over a Muster that holds `crowd`."""
    print(f"Filling a Muster with {crowd.runs:,} runs", flush=True)
    with running_stack(**SETTINGS) as stack, sync_playwright() as playwright:
        fill(stack.database_url, crowd)
        with playwright.chromium.launch(**launch_options()) as browser:
            state = sign_in_state(stack.url, stack.token)
            rows = [_row(view.name, visit_often(browser, stack.url, state, view)) for view in VIEWS]
            title = (
                f"{crowd.endpoints:,} endpoints, {crowd.runs:,} runs ({crowd.recent_runs:,} of a day), "
                f"{crowd.datasets:,} datasets; Chromium {browser.version}, PostgreSQL {_postgres(stack)}"
            )
    return title, rows


def visit_often(browser: Browser, url: str, state: StorageState, view: View) -> list[Seen]:
    """Each visit with nothing in the browser's cache; a first one, not counted, warms up the server."""
    visits = [visit(browser, url, state, view) for _ in range(REPETITIONS + 1)]
    return visits[1:]


def visit(browser: Browser, url: str, state: StorageState, view: View) -> Seen:
    """Open a page, wait until it is complete, and do what a person does there."""
    with browser.new_context(
        base_url=url, storage_state=state, viewport={"width": 1440, "height": 900}
    ) as context:
        context.add_init_script(OBSERVE)
        page = context.new_page()
        page.goto(view.path, wait_until="commit")
        page.locator(view.complete).first.wait_for(timeout=PATIENCE_MS)
        expect(page.get_by_test_id("state-loading")).to_have_count(0, timeout=PATIENCE_MS)
        complete = page.evaluate("performance.now()")
        before = _seen(page)
        if view.click is not None:
            page.locator(view.click).last.click()
            page.evaluate(PAINTED)
        if view.keys:
            page.locator(view.complete).and_(page.locator("[tabindex='0']")).first.focus()
        for key in view.keys:
            page.keyboard.press(key)
            page.evaluate(PAINTED)
        # what moves under a person's hands moves too
        after = _seen(page)
        return Seen(
            paint=before["paint"],
            largest=before["largest"],
            complete=complete,
            shift=after["shift"],
            longest=before["longest"],
            blocked=before["blocked"],
            interaction=max(after["interactions"], default=0),
        )


def _seen(page: Page) -> dict[str, Any]:
    page.evaluate(PAINTED)
    found: dict[str, Any] = page.evaluate("window.seen")
    return found


COLUMNS = (
    "",
    "first content",
    "largest content",
    "complete",
    "layout shift",
    "longest task",
    "blocked",
    "slowest interaction",
)


def _row(name: str, visits: Sequence[Seen]) -> tuple[str, ...]:
    def median(of: str) -> float:
        return float(statistics.median(getattr(each, of) for each in visits))

    def ms(of: str) -> str:
        return f"{median(of):,.0f} ms"

    interaction = ms("interaction") if median("interaction") else "under 16 ms"
    return (
        name,
        ms("paint"),
        ms("largest"),
        ms("complete"),
        f"{max(each.shift for each in visits):.3f}",
        ms("longest"),
        ms("blocked"),
        interaction,
    )


def show(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table."""
    table = Table(*COLUMNS, title=title, title_justify="left", expand=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def markdown(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    """The same for the page."""
    lines = [COLUMNS, ("---", *["---:"] * (len(COLUMNS) - 1)), *rows]
    return f"## {title}\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _heading() -> str:
    return f"""# What a person waits for in the web interface

Made by `make bench` on {machine()}: medians of {REPETITIONS} visits, each in a browser with an
empty cache; the server, its database and the browser share the machine. From the navigation on: when the
first and the largest content were painted, and when the page had all it shows. Layout shift is the worst of
the visits. A task longer than 50 ms blocks by what it has beyond them. An interaction lasts until what it
led to has been painted.
"""


def _postgres(stack: RunningStack) -> str:
    with psycopg.connect(stack.database_url) as connection:
        return connection.info.parameter_status("server_version") or "unknown"


if __name__ == "__main__":
    main()
