"""One running Muster with its web interface as it is built, real sources, and browsers that are signed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    StorageState,
    expect,
    sync_playwright,
)

from app.core.config import FRONTEND_DIST
from tests.acceptance.api import Api
from tests.acceptance.conftest import EVERY_MINUTE, Endpoint, register, set_cron
from tests.chromium import launch_options
from tests.e2e.world import World, make_world, open_page, sign_in_state
from tests.sources import PostgresServer, postgres_server, sqlite_file
from tests.stack import RunningStack, running_stack

FIRST = {"test_empty_installation.py"}
AFTER_THE_FIRES = {"test_ac6_disable_and_delete.py", "test_ac2_schedule.py"}
# nothing takes this long; a machine that is busy with other tests does
PATIENCE_MS = 20_000

NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs an empty Muster comes first; what waits for schedules to fire comes last."""
    items.sort(key=lambda item: (item.path.name not in FIRST, item.path.name in AFTER_THE_FIRES))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """As the plugin's, but ended with this folder: asyncio cannot be used beside it in other tests."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright
    expect.set_options(timeout=None)


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(**launch_options())
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def file_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="package")
def stack(file_root: Path) -> Iterator[RunningStack]:
    assert (FRONTEND_DIST / "index.html").is_file(), "the web interface has not been built"
    with running_stack(MUSTER_FILE_ROOTS=str(file_root), MUSTER_CONNECT_TIMEOUT_SECONDS="3") as running:
        yield running


@pytest.fixture(scope="package")
def api(stack: RunningStack) -> Api:
    return Api(stack.url, stack.token)


@pytest.fixture(scope="package")
def source() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="package")
def world(api: Api, source: PostgresServer, file_root: Path, watched: "Watched") -> World:
    """What most tests look at. The schedules tick meanwhile."""
    return make_world(api, source, file_root)


@dataclass(frozen=True)
class Watched:
    """Three collections with the same cron, and a page on the runs of the first, opened before any fire."""

    ticking: Endpoint
    to_disable: Endpoint
    to_delete: Endpoint
    page: Page


@pytest.fixture(scope="package")
def watched(
    api: Api, file_root: Path, stack: RunningStack, browser: Browser, admin_state: StorageState
) -> Watched:
    path = str(sqlite_file(file_root / "clock.db", "CREATE TABLE ticks (at TEXT)"))
    names = ("Clock", "Clock to disable", "Clock to delete")
    ticking, to_disable, to_delete = (register(api, name, "sqlite", {"path": path}) for name in names)
    page = browser.new_context(base_url=stack.url, storage_state=admin_state).new_page()
    open_page(page, f"/collections?endpoint={ticking.id}&trigger=SCHEDULE")
    expect(page.get_by_test_id("state-empty")).to_be_visible()
    for endpoint in (ticking, to_disable, to_delete):
        set_cron(api, endpoint, EVERY_MINUTE)
    return Watched(ticking, to_disable, to_delete, page)


@pytest.fixture(scope="package")
def browser_context_args(stack: RunningStack) -> dict[str, Any]:
    """Addresses without a host are Muster's."""
    return {"base_url": stack.url}


@pytest.fixture(scope="package")
def admin_state(stack: RunningStack) -> StorageState:
    """What a browser keeps in which the administrator has signed in."""
    return sign_in_state(stack.url, stack.token)


@pytest.fixture
def context(new_context: NewContext, admin_state: StorageState) -> Iterator[BrowserContext]:
    """A browser of the administrator's; in the end it must have nothing to complain about, be it an error or
    a breach of the security policy."""
    context = new_context(storage_state=admin_state, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    context.on(
        "console", lambda message: complaints.append(message.text) if message.type == "error" else None
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    assert complaints == []
