"""What is installed is what the lock files say, each file of it known by its hash. Needs no network."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.core.config import REPO_ROOT

RUNTIME, TOOLS = REPO_ROOT / "requirements.lock", REPO_ROOT / "tests" / "requirements.lock"
NODE, MODULES = REPO_ROOT / "frontend" / "node.lock", REPO_ROOT / "frontend" / "package-lock.json"
LOCKS = pytest.mark.parametrize("lock", [RUNTIME, TOOLS, NODE], ids=["runtime", "tools", "node"])
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(lock: Path) -> Iterator[tuple[Requirement, list[str]]]:
    """The requirements of a lock file, and the options that stand behind each."""
    for line in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *options = re.split(r"\s+(?=--)", line.strip())
        yield Requirement(requirement), options


def pinned(lock: Path) -> dict[str, str]:
    """Name and version of what the lock has for this Python on this system."""
    return {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement, _ in entries(lock)
        if requirement.marker is None or requirement.marker.evaluate()
    }


@LOCKS
def test_every_distribution_has_one_version_and_its_hashes(lock: Path) -> None:
    for requirement, options in entries(lock):
        (version,) = requirement.specifier
        assert version.operator == "==", requirement
        assert "*" not in version.version, requirement
        assert options, f"{requirement} has no hash: run make lock"
        assert all(HASH.fullmatch(option) for option in options), requirement


@LOCKS
def test_no_lock_says_where_to_get_anything(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*-[a-z]|--(?!hash=)\w", text, re.MULTILINE), "run make lock"
    assert all(requirement.url is None for requirement, _ in entries(lock))


def test_every_module_of_the_interface_has_a_hash_and_no_place_to_get_it_from() -> None:
    modules = json.loads(MODULES.read_text(encoding="utf-8"))["packages"]
    declared = json.loads(MODULES.with_name("package.json").read_text(encoding="utf-8"))
    assert all("resolved" not in module for module in modules.values())
    assert {name for name, module in modules.items() if "integrity" not in module} == {""}
    versions = [*declared["dependencies"].values(), *declared["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_tools_leave_what_is_used_at_run_time_as_it_is() -> None:
    runtime, tools = pinned(RUNTIME), pinned(TOOLS)
    assert {name: tools.get(name) for name in runtime} == runtime


def test_what_is_installed_is_what_is_locked() -> None:
    installed: dict[str, str] = {
        canonicalize_name(found.metadata["Name"]): found.version for found in distributions()
    }
    locked = pinned(TOOLS)
    assert {name: installed.get(name) for name in locked} == locked, "run make setup"


def test_what_is_installed_fits_together() -> None:
    command = [sys.executable, "-m", "pip", "check"]
    check = subprocess.run(command, check=False, capture_output=True, text=True)
    assert check.returncode == 0, check.stdout
