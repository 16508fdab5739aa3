"""Measuring a collector as a run starts it: forked off the worker's warm server."""

import json
import re
from pathlib import Path
from typing import Any

from tests.bench.comparing import Sample, stopwatch
from worker.children import Start

PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
KIB_PER_MIB = 1024


def run_forked(start: Start, request: dict[str, Any]) -> tuple[Sample, str]:
    """Run a collector to its end; what it took, from asking for it on, and the last line it printed.

    Its peak memory, the pages it shares with the server included, is what it says of itself with its last
    event; None where a process does not say so. Raises RuntimeError when it fails.
    """
    peak_mb, line = None, b""
    with stopwatch() as watch:
        child = start()
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        with child.stdin, child.stdout, child.stderr:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            while told := child.stdout.readline():
                line, peak_mb = told, _peak_mb(child.pid) or peak_mb
            exit_code = child.wait()
    if exit_code != 0:
        raise RuntimeError(f"the collector ended with exit code {exit_code}")
    return Sample(watch.seconds, peak_mb), line.decode()


def _peak_mb(pid: int) -> float | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:  # it has ended, or this is no Linux
        return None
    found = PEAK.search(status)
    return int(found[1]) / KIB_PER_MIB if found else None
