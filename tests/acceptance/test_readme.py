"""What the README tells a newcomer to type is typed here."""

import os
import re
import subprocess
import sys
from pathlib import Path

from graphql import parse, validate

from app.api.schema import make_schema
from app.core.config import GRAPHQL_DIR, REPO_ROOT
from tests.acceptance.api import Api
from tests.sources import PostgresServer, sqlite_file
from tests.stack import RunningStack

README = (REPO_ROOT / "README.md").read_text(encoding="utf-8")


def blocks(heading: str, language: str) -> list[str]:
    """The code blocks of one language under a heading of the README."""
    (section,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", section, re.DOTALL | re.MULTILINE)
    assert found, f"the README has no {language} block under “{heading}”"
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in found]


def test_the_tour_works_as_written(
    api: Api, stack: RunningStack, source: PostgresServer, tmp_path: Path, file_root: Path
) -> None:
    (tmp_path / "var").symlink_to(stack.data_dir)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    account = source.create_database("tour", "CREATE TABLE orders (id int PRIMARY KEY)")
    script = "\n".join(blocks("A five-minute tour", "sh"))
    for written, here in [
        ("http://127.0.0.1:8000", stack.url),
        ("db.example.com", account["host"]),
        ("5432", str(account["port"])),
        ('"database": "shop"', '"database": "tour"'),
        ('"username": "muster"', f'"username": "{account["username"]}"'),
        ('"password": "…"', f'"password": "{account["password"]}"'),
        ('"name": "Shop"', '"name": "Tour"'),
        ("trigger Shop", "trigger Tour"),
        ("sqlite:///path/to/file.db", f"sqlite://{sqlite_file(file_root / 'tour.db', 'CREATE TABLE t (a)')}"),
    ]:
        assert written in script, f"the README no longer says {written}"
        script = script.replace(written, here)

    # the registration's own run may still be under way when the tour triggers; a reader is slower than that
    register, trigger = script.split(".venv/bin/muster trigger", 1)
    run_script(register, tmp_path)
    (endpoint,) = api.ask('query { endpoints(search: "Tour") { id } }')
    api.first_run_finished(endpoint["id"])
    output = run_script("export MUSTER_URL=" + stack.url + "\n.venv/bin/muster trigger" + trigger, tmp_path)

    assert "SUCCEEDED" in output
    assert '"name":"t"' in (tmp_path / "catalog.jsonl").read_text(encoding="utf-8").replace('": "', '":"')


def test_the_readmes_graphql_fits_the_schema() -> None:
    schema = make_schema(GRAPHQL_DIR)
    written = blocks("A five-minute tour", "graphql") + re.findall(r"`(\{ .*? \})`", README)

    assert len(written) >= 3
    for document in written:
        assert validate(schema, parse(document)) == [], document


def run_script(script: str, folder: Path) -> str:
    """Run shell lines as a reader would; AssertionError with the output when one fails."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=env,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    assert '"errors"' not in output, output
    return output
