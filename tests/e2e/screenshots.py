"""Pictures of every page: light and dark, on a desk and on a telephone, from a running Muster with real data.

`python -m tests.e2e.screenshots` prints the folder they are in, and renews those that README.md shows.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.core.config import REPO_ROOT
from tests.acceptance.api import Api
from tests.chromium import launch_options
from tests.e2e.company import make_company
from tests.e2e.world import open_page, sign_in_state
from tests.sources import postgres_server
from tests.stack import running_stack

IN_README = REPO_ROOT / "frontend" / "screenshots"
SHOWN_IN_README = {
    f"{page}-{scheme}-1440" for page in ("overview", "failed-run") for scheme in ("light", "dark")
}
SCHEMES = ("light", "dark")
SIZES = ((1440, 900), (390, 844))


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="muster-screenshots-"))
    files = folder / "files"
    files.mkdir()
    IN_README.mkdir(exist_ok=True)
    with running_stack(MUSTER_FILE_ROOTS=str(files)) as stack, postgres_server() as source:
        api = Api(stack.url, stack.token)
        world = make_company(api, stack.database_url, source, files)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            for scheme in SCHEMES:
                for width, height in SIZES:
                    page = signed_in(browser, stack.url, stack.token, scheme, width, height)
                    for name, path in world.paths.items():
                        take(page, path, folder, f"{name}-{scheme}-{width}")
    print(folder)


def signed_in(browser: Browser, url: str, token: str, scheme: str, width: int, height: int) -> Page:
    context = browser.new_context(
        base_url=url,
        storage_state=sign_in_state(url, token),
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    return context.new_page()


def take(page: Page, path: str, folder: Path, name: str) -> None:
    open_page(page, path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{name}.png")
    if name in SHOWN_IN_README:
        page.screenshot(path=IN_README / f"{name}.png")


if __name__ == "__main__":
    main()
