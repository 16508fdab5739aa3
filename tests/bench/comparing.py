"""What is measured: contenders for the same work, taken in turns so that a noisy moment hits all of them."""

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.results import Measured, Reach, Result, judge
from tests.bench.source_tables import create_tables
from tests.sources import PostgresServer

REPETITIONS = 3


@dataclass(frozen=True)
class Sample:
    """One measurement. `peak_mb` is the resident peak of the process that did the work, if it had its own;
    `statements` is what it asked of its source, if it counts them."""

    seconds: float
    peak_mb: float | None = None
    statements: int | None = None


@dataclass(frozen=True)
class Contender:
    """One way to do the work. `measure` does it once, or as often as a steady sample needs; `reaches` say
    what its median is to be."""

    name: str
    measure: Callable[[], Sample]
    reaches: Sequence[Reach] = ()


@dataclass(frozen=True)
class Comparison:
    """The same work done in several ways. The first contender is the baseline of the others. `notes`
    are asked for once everything is measured: paragraphs for the report."""

    work: str
    contenders: Sequence[Contender]
    notes: Callable[[], Sequence[str]] = tuple


@dataclass(frozen=True)
class Sizes:
    """How much there is to do."""

    tables: tuple[int, ...]
    runs: int
    triggers: int
    pages: int
    schedules: int
    datasets: int

    @property
    def most_tables(self) -> int:
        return max(self.tables)


FULL = Sizes(
    tables=(1_000, 10_000), runs=1_000_000, triggers=10, pages=200, schedules=5_000, datasets=100_000
)
QUICK = Sizes(tables=(200,), runs=2_000, triggers=3, pages=30, schedules=200, datasets=1_000)


class Databases(dict[int, dict[str, Any]]):
    """Connection parameters of the source's databases by their number of tables; each is made on demand."""

    def __init__(self, source: PostgresServer) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, tables: int) -> dict[str, Any]:
        print(f"Making {tables:,} tables", flush=True)
        self[tables] = create_tables(self._source, f"tables_{tables}", tables)
        return self[tables]


@dataclass(frozen=True)
class Setting:
    """What all measurements share."""

    sizes: Sizes
    source: PostgresServer
    databases: Databases
    folder: Path


class Stopwatch:
    """The seconds that a `with` block took."""

    seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block."""
    watch, began = Stopwatch(), perf_counter()
    yield watch
    watch.seconds = perf_counter() - began


def compare(comparison: Comparison, repetitions: int = REPETITIONS) -> Result:
    """Measure the contenders in turns, each time beginning with another one."""
    contenders = comparison.contenders
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    for turn in range(repetitions):
        first = turn % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            samples[contender.name].append(contender.measure())
    rows = summarize(samples)
    reaches = {contender.name: contender.reaches for contender in contenders if contender.reaches}
    return Result(comparison.work, rows, judge(rows, reaches), tuple(comparison.notes()))


def summarize(samples: Mapping[str, Sequence[Sample]]) -> list[Measured]:
    """Medians by contender; the first contender is the baseline."""
    medians = {name: statistics.median(s.seconds for s in taken) for name, taken in samples.items()}
    baseline = next(iter(medians.values()))
    return [
        Measured(
            name=name,
            seconds=medians[name],
            fastest=min(s.seconds for s in taken),
            slowest=max(s.seconds for s in taken),
            ratio=medians[name] / baseline,
            peak_mb=_median(s.peak_mb for s in taken),
            statements=_median(s.statements for s in taken),
        )
        for name, taken in samples.items()
    ]


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
