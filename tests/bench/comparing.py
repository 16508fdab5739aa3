"""What is measured: contenders for the same work, taken in turns so that a noisy moment hits all of them."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.sources import PostgresServer

REPETITIONS = 3


@dataclass(frozen=True)
class Sample:
    """One measurement; `peak_mb` is the resident peak of the process that did the work, if it had its own."""

    seconds: float
    peak_mb: float | None = None


@dataclass(frozen=True)
class Contender:
    """One way to do the work. `measure` does it once, or as often as a steady sample needs."""

    name: str
    measure: Callable[[], Sample]


@dataclass(frozen=True)
class Comparison:
    """The same work done in several ways. The first contender is the baseline of the others."""

    work: str
    contenders: Sequence[Contender]


@dataclass(frozen=True)
class Measured:
    """A contender's median over the repetitions, its range, and its ratio to the baseline's median."""

    name: str
    seconds: float
    fastest: float
    slowest: float
    ratio: float
    peak_mb: float | None


@dataclass(frozen=True)
class Result:
    """A comparison's outcome, the baseline first."""

    work: str
    rows: Sequence[Measured]


@dataclass(frozen=True)
class Sizes:
    """How much there is to do."""

    tables: tuple[int, ...]
    runs: int
    triggers: int
    pages: int

    @property
    def most_tables(self) -> int:
        return max(self.tables)


FULL = Sizes(tables=(1_000, 10_000), runs=100_000, triggers=10, pages=200)
QUICK = Sizes(tables=(200,), runs=2_000, triggers=3, pages=30)


@dataclass(frozen=True)
class Setting:
    """What all measurements share: a source with a database for each number of tables, by that number."""

    sizes: Sizes
    source: PostgresServer
    databases: dict[int, dict[str, Any]]
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
    return Result(comparison.work, summarize(samples))


def summarize(samples: dict[str, list[Sample]]) -> list[Measured]:
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
            peak_mb=_median_peak(taken),
        )
        for name, taken in samples.items()
    ]


def _median_peak(samples: Sequence[Sample]) -> float | None:
    peaks = [sample.peak_mb for sample in samples if sample.peak_mb is not None]
    return statistics.median(peaks) if peaks else None
