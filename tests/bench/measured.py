"""Runs a command, and writes its seconds and peak memory to a file: `python -m tests.bench.measured FILE …`

A process of its own and a small one, because a child's peak starts as that of whoever forked it.
"""

import json
import resource
import subprocess
import sys
from time import perf_counter

KIB_PER_MIB = 1024
BYTES_PER_MIB = 1024 * 1024


def main(report: str, command: list[str]) -> None:
    """The command inherits stdin and stdout. Raises CalledProcessError when it fails."""
    began = perf_counter()
    subprocess.run(command, check=True)
    seconds = perf_counter() - began
    # macOS counts it in bytes, Linux in KiB
    unit = BYTES_PER_MIB if sys.platform == "darwin" else KIB_PER_MIB
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would make this process bigger
        json.dump({"seconds": seconds, "peak_mb": peak_mb}, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
