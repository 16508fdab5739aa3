"""Measure everything, print it, and write results.md. `--quick`: small sizes, and nothing is written."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.bench import catalog_writing, report, running_stack, source_reading
from tests.bench.comparing import FULL, QUICK, Comparison, Result, Setting, Sizes, compare
from tests.bench.source_tables import create_tables
from tests.sources import postgres_server
from tests.stack import short_folder

# Each starts what its comparisons need and ends it again, so that nothing idle runs beside a measurement.
Area = Callable[[Setting], AbstractContextManager[Sequence[Comparison]]]
AREAS: Sequence[Area] = (source_reading.comparisons, catalog_writing.comparisons, running_stack.comparisons)
RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes; results.md stays as it is")
    is_quick = parser.parse_args().quick
    with prepared(QUICK if is_quick else FULL) as setting:
        known = report.facts(setting.source)
        results = measure(setting)
    report.show(results, known)
    if not is_quick:
        RESULTS.write_text(report.markdown(results, known), encoding="utf-8")


@contextmanager
def prepared(sizes: Sizes) -> Iterator[Setting]:
    """The source and its databases."""
    print("Making the sources", flush=True)
    with short_folder() as folder, postgres_server() as source:
        databases = {count: create_tables(source, f"tables_{count}", count) for count in sizes.tables}
        yield Setting(sizes, source, databases, folder)


def measure(setting: Setting) -> list[Result]:
    """The results of all areas, in order."""
    results = []
    for area in AREAS:
        with area(setting) as comparisons:
            for comparison in comparisons:
                print(f"Measuring: {comparison.work}", flush=True)
                results.append(compare(comparison))
    return results


if __name__ == "__main__":
    main()
