"""Measure everything, print it, and write results.md.

`--only AREA` measures a part and keeps the other results; `--quick`: small sizes, and nothing is written.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import (
    answering,
    catalog_search,
    catalog_writing,
    reconciling,
    report,
    running_stack,
    source_reading,
)
from tests.bench.comparing import FULL, QUICK, Comparison, Databases, Setting, Sizes, compare
from tests.bench.results import AreaResults, load, store
from tests.sources import postgres_server
from tests.stack import short_folder

# Each starts what its comparisons need and ends it again, so that nothing idle runs beside a measurement.
Area = Callable[[Setting], AbstractContextManager[Sequence[Comparison]]]
AREAS: Mapping[str, Area] = {
    "reading": source_reading.comparisons,
    "writing": catalog_writing.comparisons,
    "stack": running_stack.comparisons,
    "answering": answering.comparisons,
    "search": catalog_search.comparisons,
    "schedules": reconciling.comparisons,
}
KEPT = Path(__file__).with_name("results.json")
PAGE = Path(__file__).with_name("results.md")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes; the results stay as they are")
    parser.add_argument("--only", action="append", choices=AREAS, metavar="AREA", help=", ".join(AREAS))
    arguments = parser.parse_args()
    known = {} if arguments.quick else load(KEPT)
    with prepared(QUICK if arguments.quick else FULL) as setting:
        facts = report.facts(setting.source)
        for name in arguments.only or AREAS:
            known[name] = measure(AREAS[name], setting, facts)
            if not arguments.quick:
                keep(known)


@contextmanager
def prepared(sizes: Sizes) -> Iterator[Setting]:
    """The source, still without databases."""
    with short_folder() as folder, postgres_server() as source:
        yield Setting(sizes, source, Databases(source), folder)


def measure(area: Area, setting: Setting, facts: Mapping[str, str]) -> AreaResults:
    """The results of an area, each printed as soon as it is there."""
    results = []
    with area(setting) as comparisons:
        for comparison in comparisons:
            print(f"Measuring: {comparison.work}", flush=True)
            result = compare(comparison)
            report.show(result)
            results.append(result)
    return AreaResults(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", facts, results)


def keep(known: Mapping[str, AreaResults]) -> None:
    """Write what is known by now, in the order of the areas."""
    ordered = {name: known[name] for name in AREAS if name in known}
    store(KEPT, ordered)
    PAGE.write_text(report.markdown(ordered), encoding="utf-8")


if __name__ == "__main__":
    main()
