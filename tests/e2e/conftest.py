"""One running Muster with its web interface as it is built, real sources, and browsers that are signed in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
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

from app.cli.embedded_postgres import EmbeddedPostgres
from app.core.config import FRONTEND_DIST
from tests.acceptance.api import TERMINAL, Api, until
from tests.acceptance.conftest import EVERY_MINUTE, Endpoint, register, set_cron
from tests.chromium import launch_options
from tests.conftest import fresh_database
from tests.e2e.parts import Parts
from tests.e2e.world import (
    World,
    collection_row,
    make_world,
    open_page,
    sign_in_state,
    toast,
    token_with_role,
)
from tests.oidc import LocalProvider
from tests.sources import PostgresServer, postgres_server, sqlite_file
from tests.stack import RunningStack, running_stack, short_folder

FIRST = {"test_empty_installation.py"}
# nothing takes this long; a machine that is busy with other tests does
PATIENCE_MS = 20_000
TWO_FIRES_SECONDS = 150

NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs an empty Muster comes first; what waits for schedules to fire comes last."""
    items.sort(
        key=lambda item: (item.path.name not in FIRST, "two_fires" in getattr(item, "fixturenames", ()))
    )


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
def provider() -> Iterator[LocalProvider]:
    """Where an editor called Ann may sign in."""
    provider = LocalProvider()
    provider.set_user("ann", roles=["writer"], preferred_username="Ann")
    with provider.serving():
        yield provider


@pytest.fixture(scope="package")
def stack(file_root: Path, provider: LocalProvider) -> Iterator[RunningStack]:
    assert (FRONTEND_DIST / "index.html").is_file(), "the web interface has not been built"
    settings = provider.settings(MUSTER_FILE_ROOTS=str(file_root), MUSTER_CONNECT_TIMEOUT_SECONDS="3")
    with running_stack(**settings) as running:
        yield running


@pytest.fixture(scope="package")
def api(stack: RunningStack) -> Api:
    return Api(stack.url, stack.token)


@pytest.fixture(scope="package")
def source() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="package")
def world(api: Api, source: PostgresServer, file_root: Path, stopped: "Stopped") -> World:
    """What most tests look at. The schedules tick meanwhile."""
    return make_world(api, source, file_root)


@dataclass(frozen=True)
class Watched:
    """Three collections with the same cron, and a page on the runs of the first, opened before any fire."""

    ticking: Endpoint
    to_disable: Endpoint
    to_delete: Endpoint
    page: Page


@dataclass(frozen=True)
class Stopped:
    """Two of the three were disabled and deleted in a browser, by the time `at`."""

    disabled: Endpoint
    deleted: Endpoint
    at: datetime


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
def stopped(watched: Watched, context: BrowserContext) -> Stopped:
    """After somebody has disabled the one and deleted the other, with the mouse."""
    page = context.new_page()
    open_page(page, "/collections")
    row = collection_row(page, watched.to_disable)
    row.get_by_test_id("collection-enabled").click()
    expect(toast(page, "disabled")).to_be_visible()
    expect(row).to_have_attribute("data-schedule-state", "PAUSED")

    row = collection_row(page, watched.to_delete)
    row.get_by_role("button", name="More about").click()
    page.get_by_role("menuitem", name="Delete collection").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(toast(page, "deleted")).to_be_visible()
    expect(row).to_have_count(0)
    page.close()
    return Stopped(watched.to_disable, watched.to_delete, datetime.now(UTC))


@pytest.fixture(scope="package")
def two_fires(api: Api, watched: Watched, stopped: Stopped) -> list[str]:
    """The first two runs of the schedule that nobody stopped, since the others were; they have ended."""

    def ended() -> list[str] | None:
        runs = api.runs(endpointId=watched.ticking.id, trigger="SCHEDULE", **{"from": stopped.at.isoformat()})
        ids = [run["id"] for run in reversed(runs) if run["status"] in TERMINAL]
        return ids[:2] if len(ids) >= 2 else None

    return until(ended, TWO_FIRES_SECONDS, "two fires")


@pytest.fixture(scope="package")
def browser_context_args(stack: RunningStack) -> dict[str, Any]:
    """Addresses without a host are Muster's."""
    return {"base_url": stack.url}


@pytest.fixture(scope="package")
def admin_state(stack: RunningStack) -> StorageState:
    """What a browser keeps in which the administrator has signed in."""
    return sign_in_state(stack.url, stack.token)


@dataclass(frozen=True)
class SignedIn:
    """A browser in which somebody is signed in, and all that it ever complained about."""

    context: BrowserContext
    complaints: list[str]


OpenBrowser = Callable[[str, StorageState], SignedIn]


@pytest.fixture(scope="package")
def open_browser(browser: Browser) -> Iterator[OpenBrowser]:
    """Opens a browser on a Muster; each is closed at the end."""
    with ExitStack() as opened:

        def open_one(url: str, state: StorageState) -> SignedIn:
            context = opened.enter_context(
                browser.new_context(
                    base_url=url,
                    storage_state=state,
                    viewport={"width": 1440, "height": 900},
                    reduced_motion="reduce",
                )
            )
            context.set_default_timeout(PATIENCE_MS)
            complaints: list[str] = []
            context.on(
                "console",
                lambda message: complaints.append(message.text) if message.type == "error" else None,
            )
            context.on("weberror", lambda error: complaints.append(str(error.error)))
            return SignedIn(context, complaints)

        yield open_one


@pytest.fixture(scope="package")
def admin(open_browser: OpenBrowser, stack: RunningStack, admin_state: StorageState) -> SignedIn:
    return open_browser(stack.url, admin_state)


@pytest.fixture(scope="package")
def context(admin: SignedIn) -> BrowserContext:
    """The administrator's browser; what is loaded once stays in its cache."""
    return admin.context


@pytest.fixture
def page(admin: SignedIn) -> Iterator[Page]:
    """A tab of the administrator's browser, which in the end must have nothing to complain about, be it an
    error or a breach of the security policy."""
    yield from tab_of(admin)


@pytest.fixture(scope="package")
def signed_in_as(open_browser: OpenBrowser, stack: RunningStack, api: Api) -> dict[str, SignedIn]:
    """A browser of somebody with each of the lower roles."""
    return {
        role: open_browser(stack.url, sign_in_state(stack.url, token_with_role(api, role)))
        for role in ("VIEWER", "EDITOR")
    }


@pytest.fixture
def viewer(signed_in_as: dict[str, SignedIn]) -> Iterator[Page]:
    """A tab of somebody who may only read."""
    yield from tab_of(signed_in_as["VIEWER"])


@pytest.fixture
def editor(signed_in_as: dict[str, SignedIn]) -> Iterator[Page]:
    """A tab of somebody who may do all but manage access."""
    yield from tab_of(signed_in_as["EDITOR"])


@pytest.fixture(scope="package")
def parts(postgres_cluster: EmbeddedPostgres, template_database: str) -> Iterator[Parts]:
    """Another Muster: its web process runs, and neither a Temporal nor a worker."""
    with fresh_database(postgres_cluster, template_database) as url, short_folder() as folder:
        parts = Parts(folder, url)
        try:
            parts.start("web")
            yield parts
        finally:
            parts.stop()


@pytest.fixture(scope="package")
def admin_of_parts(open_browser: OpenBrowser, parts: Parts) -> SignedIn:
    """Its clock can be put forward, to when a page asks again."""
    signed_in = open_browser(parts.url, sign_in_state(parts.url, parts.token))
    signed_in.context.clock.install()
    return signed_in


@pytest.fixture
def page_of_parts(admin_of_parts: SignedIn) -> Iterator[Page]:
    """A tab of the administrator of that one; it may complain of what does not answer."""
    page = admin_of_parts.context.new_page()
    yield page
    page.close()
    admin_of_parts.complaints.clear()


def tab_of(signed_in: SignedIn) -> Iterator[Page]:
    page = signed_in.context.new_page()
    yield page
    page.close()
    complaints = signed_in.complaints.copy()
    signed_in.complaints.clear()
    assert complaints == []
