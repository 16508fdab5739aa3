"""Measuring a fresh Python process, told what to do by one line of JSON as the collector is."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench.comparing import Sample

CHECKOUT = Path(__file__).resolve().parents[2]


def run_module(
    module: str, request: dict[str, Any], folder: Path, python: str = sys.executable
) -> tuple[Sample, str]:
    """Run `python -m module` to its end; what it took, and the last line it printed.

    Its stdin stays open meanwhile. Raises CalledProcessError when it fails.
    """
    report = folder / "measured.json"
    command = [sys.executable, "-m", "tests.bench.measured", str(report), python, "-m", module]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        lines = process.stdout.read().decode().splitlines()
        exit_code = process.wait()
    if exit_code != 0:
        raise subprocess.CalledProcessError(exit_code, command)
    return Sample(**json.loads(report.read_text(encoding="utf-8"))), lines[-1]
