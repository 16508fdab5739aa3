"""The Chromium of this machine."""

import shutil
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")


def launch_options() -> dict[str, Any]:
    """How Playwright starts it. Raises AssertionError when there is none."""
    found = [path for name in NAMES if (path := shutil.which(name))]
    assert found, "no Chromium on the PATH: tests/system_packages.py installs it or says how"
    return {"executable_path": found[0], "args": ["--no-sandbox"]}
