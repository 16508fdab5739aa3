"""What came out: medians, what they were to reach, and the file that keeps them between partial runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """What a reach limits. TIMES_AS_FAST is to be at least the limit, the others at most."""

    TIMES_AS_LONG = "TIMES_AS_LONG"
    TIMES_AS_FAST = "TIMES_AS_FAST"
    SECONDS = "SECONDS"
    PEAK_MB = "PEAK_MB"


@dataclass(frozen=True)
class Reach:
    """What a contender's median is to be, beside that of the contender `beside` (None: the baseline)."""

    kind: Kind
    limit: float
    beside: str | None = None


@dataclass(frozen=True)
class Measured:
    """A contender's median over the repetitions, its range, and its ratio to the baseline's median."""

    name: str
    seconds: float
    fastest: float
    slowest: float
    ratio: float
    peak_mb: float | None = None
    statements: float | None = None


@dataclass(frozen=True)
class Judged:
    """A reach, in words, what was measured, and whether that is within it."""

    contender: str
    reach: str
    measured: str
    is_met: bool


@dataclass(frozen=True)
class Result:
    """A comparison's outcome, the baseline first."""

    work: str
    rows: Sequence[Measured]
    reaches: Sequence[Judged] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class AreaResults:
    """What one area measured: when, as an ISO date and time in UTC, and the machine and versions by name."""

    at: str
    facts: Mapping[str, str]
    results: Sequence[Result]


def judge(rows: Sequence[Measured], reaches: Mapping[str, Sequence[Reach]]) -> list[Judged]:
    """Each reach of each contender, by name, beside what was measured. The first row is the baseline."""
    by_name = {row.name: row for row in rows}
    return [
        _judged(by_name[name], reach, by_name[reach.beside or rows[0].name])
        for name, several in reaches.items()
        for reach in several
    ]


def load(path: Path) -> dict[str, AreaResults]:
    """The results by area that `store` wrote; none when there is no such file."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {name: _area(area) for name, area in kept.items()}


def store(path: Path, areas: Mapping[str, AreaResults]) -> None:
    """Keep the results for later partial runs."""
    kept = {name: asdict(area) for name, area in areas.items()}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _judged(row: Measured, reach: Reach, other: Measured) -> Judged:
    limit = f"{reach.limit:g}"
    match reach.kind:
        case Kind.TIMES_AS_LONG:
            value = row.seconds / other.seconds
            words, shown = f"at most {limit} × {other.name}", f"{value:.2f} ×"
        case Kind.TIMES_AS_FAST:
            value = other.seconds / row.seconds
            words, shown = f"at least {limit} × as fast as {other.name}", f"{value:.3g} ×"
        case Kind.SECONDS:
            value = row.seconds
            words, shown = f"under {_duration(reach.limit)}", _duration(value)
        case Kind.PEAK_MB:
            assert row.peak_mb is not None
            value = row.peak_mb
            words, shown = f"under {limit} MB", f"{value:.0f} MB"
    is_met = value >= reach.limit if reach.kind is Kind.TIMES_AS_FAST else value <= reach.limit
    return Judged(row.name, words, shown, is_met)


def _duration(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _area(kept: dict[str, Any]) -> AreaResults:
    return AreaResults(**{**kept, "results": [_result(result) for result in kept["results"]]})


def _result(kept: dict[str, Any]) -> Result:
    rows = [Measured(**row) for row in kept["rows"]]
    return Result(**{**kept, "rows": rows, "reaches": [Judged(**judged) for judged in kept["reaches"]]})
