"""`make fuzz`: random requests to a running Muster of its own, for five minutes; 1 when one goes wrong."""

import secrets
import sys
import tempfile
from pathlib import Path

from tests.acceptance.api import Api
from tests.security.fuzzing import Fuzzer, Report
from tests.security.throwaway import throwaway_stack
from tests.sources import sqlite_file

SECONDS = 300


def main(arguments: list[str]) -> int:
    """`[seed [seconds]]`; the exit code."""
    first_seed = int(arguments[0]) if arguments else secrets.randbelow(2**32)
    seconds = int(arguments[1]) if len(arguments) > 1 else SECONDS
    print(f"Asking at random for {seconds} s; seed {first_seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        database = sqlite_file(root / "fuzz.db", "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
        with throwaway_stack(root) as stack:
            report = Fuzzer(Api(stack.url, stack.token), database, first_seed).run(seconds)
            print(report.table())
            _tell(report, stack.data_dir / "logs" / "web.log")
    return 1 if report.findings else 0


def _tell(report: Report, log: Path) -> None:
    for (operation, outcome), request in report.findings.items():
        print(f"\n{operation}: {outcome}\n{request}")
    traces = [line for line in log.read_text(encoding="utf-8").splitlines() if "unforeseen_error" in line]
    if report.findings and traces:
        print("\nThe last unforeseen errors of the web process:", *traces[-5:], sep="\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
