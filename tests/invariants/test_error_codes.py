"""The table of error codes in SPEC.md against the classes of app.core.errors."""

import inspect
import re

from app.core import errors
from app.core.config import REPO_ROOT
from app.core.errors import AppError

SPEC = REPO_ROOT / "intents" / "collection-lifecycle" / "SPEC.md"


def documented_codes() -> set[str]:
    cells = re.findall(r"^\| (E_[A-Z_, E]+?) +\|", SPEC.read_text(encoding="utf-8"), re.MULTILINE)
    return {code for cell in cells for code in cell.split(", ")}


def test_every_documented_code_has_one_class_and_every_class_is_documented() -> None:
    classes = [
        found
        for _, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, AppError) and found is not AppError
    ]
    codes = [found.code for found in classes]
    assert len(codes) == len(set(codes)), "a code has one class"
    assert set(codes) == documented_codes(), "app/core/errors.py and the table in SPEC.md must agree"
