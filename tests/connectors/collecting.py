"""Running the collector process in tests, the way its parents do."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.staging import StagedRun

KEY = "run-1"
ROW_FIELDS = (
    *("identity", "database", "schema", "name", "kind", "comment"),
    *("hash", "ordinal", "columns", "row_count_estimate", "size_bytes"),
)
ESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Collected:
    """What one collector process said, and what it staged."""

    events: list[dict[str, Any]]
    exit_code: int
    output: bytes
    staging: Path

    @property
    def last(self) -> dict[str, Any]:
        return self.events[-1]

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == "diagnostic"]

    @property
    def staged(self) -> StagedRun:
        return StagedRun(f"file://{self.staging}", KEY)

    @property
    def records(self) -> list[dict[str, Any]]:
        """What was found: the datasets' rows too, as records."""
        return [*self.staged.findings(), *dataset_records(self.staged)]

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["type"] == kind]

    @property
    def documents(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every staged document by schema and name."""
        everything = range(self.staged.end.datasets)
        parsed = [json.loads(document) for _, document in self.staged.documents(everything)]
        return {(document["schema"], document["name"]): document for document in parsed}


def dataset_records(staged: StagedRun) -> list[dict[str, Any]]:
    """The staged rows, as records with the names of their fields."""
    rows = b"".join(staged.rows()).decode().split("\n")[:-1]
    numbers = ("ordinal", "columns", "row_count_estimate", "size_bytes")
    fields = [row_fields(row) for row in rows]
    return [
        {"type": "dataset"} | each | {name: int(n) if (n := each[name]) else None for name in numbers}
        for each in fields
    ]


def row_fields(row: str) -> dict[str, str | None]:
    """The fields of a row in COPY's text format, by name."""
    return dict(zip(ROW_FIELDS, map(_unescaped, row.split("\t")), strict=True))


def _unescaped(field: str) -> str | None:
    if field == r"\N":
        return None
    return re.sub(r"\\(.)", lambda escape: ESCAPED.get(escape[1], escape[1]), field)


def request(
    template_id: str, parameters: dict[str, Any], staging: Path, mode: str = "collect", **changes: Any
) -> dict[str, Any]:
    """A collector request, as the worker makes it."""
    return {
        "mode": mode,
        "template_id": template_id,
        "parameters": parameters,
        "schemas": None,
        "file_roots": ["/"],
        "networks": {"allowed": [], "denied": []},
        "connect_timeout_seconds": 10,
        "memory_mb": 1024,
        "staging_url": f"file://{staging}",
        "staging_key": KEY,
        **changes,
    }


def start(asked: dict[str, Any], prefix: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
    """A collector that has got its request and whose stdin is still open."""
    process = subprocess.Popen(
        [*prefix, sys.executable, "-m", "worker.collector"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=CHECKOUT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    process.stdin.flush()
    return process


def run(template_id: str, parameters: dict[str, Any], staging: Path, **changes: Any) -> Collected:
    """Run a collector to its end. Whatever it prints that is no event fails the test that looks at events."""
    with start(request(template_id, parameters, staging, **changes)) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        exit_code = process.wait(30)
    return Collected([json.loads(line) for line in output.splitlines()], exit_code, output, staging)
