"""The README's table of settings against the fields of Settings."""

import re

from app.core.config import REPO_ROOT, setting_names


def test_the_readme_lists_every_setting_and_no_other() -> None:
    text = (REPO_ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", text, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)]
    assert sorted(listed) == sorted(setting_names()), (
        "README.md, “Settings”, and app/core/config.py must agree"
    )
