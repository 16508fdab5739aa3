"""What the benchmark makes of its measurements: medians, reaches, the page, and what a partial run keeps."""

from pathlib import Path

import pytest

from tests.bench import report
from tests.bench.comparing import Comparison, Contender, Sample, compare
from tests.bench.results import AreaResults, Kind, Reach, Result, load, store

REACHES = {
    Reach(Kind.TIMES_AS_LONG, 2.5): ("at most 2.5 × bare", "2.00 ×", True),
    Reach(Kind.TIMES_AS_LONG, 1.5): ("at most 1.5 × bare", "2.00 ×", False),
    Reach(Kind.TIMES_AS_FAST, 5, "peer"): ("at least 5 × as fast as peer", "5 ×", True),
    Reach(Kind.TIMES_AS_FAST, 6, "peer"): ("at least 6 × as fast as peer", "5 ×", False),
    Reach(Kind.SECONDS, 0.5): ("under 500 ms", "200 ms", True),
    Reach(Kind.PEAK_MB, 60): ("under 60 MB", "61 MB", False),
}


def measured(*reaches: Reach) -> Result:
    """Three contenders, the second of which is to reach something."""
    seconds = iter([0.1, 0.1, 0.9])
    return compare(
        Comparison(
            "Some work",
            [
                Contender("bare", lambda: Sample(next(seconds))),
                Contender("Muster", lambda: Sample(0.2, peak_mb=61, statements=4), reaches),
                Contender("peer", lambda: Sample(1.0)),
            ],
            notes=lambda: ["The database is 3 MB."],
        )
    )


def test_medians_and_the_ratio_to_the_first() -> None:
    bare, muster, _ = measured().rows
    assert (bare.seconds, bare.fastest, bare.slowest, bare.ratio) == (0.1, 0.1, 0.9, 1)
    assert (muster.ratio, muster.peak_mb, muster.statements) == (2, 61, 4)


@pytest.mark.parametrize(("reach", "judged"), REACHES.items(), ids=lambda value: getattr(value, "kind", None))
def test_what_was_to_be_reached(reach: Reach, judged: tuple[str, str, bool]) -> None:
    [found] = measured(reach).reaches
    assert (found.reach, found.measured, found.is_met) == judged


def test_a_partial_run_keeps_the_other_results(tmp_path: Path) -> None:
    area = AreaResults("2026-11-23 12:00 UTC", {"machine": "2 cores", "Python": "3.11"}, [measured(*REACHES)])
    store(tmp_path / "results.json", {"reading": area})
    kept = load(tmp_path / "results.json")
    assert report.markdown(kept) == report.markdown({"reading": area})
    page = report.markdown(kept)
    assert "| Muster | at most 1.5 × bare | 2.00 × | ✗ |" in page
    assert "| Muster | 200 ms | 200 – 200 ms | 2.00 | 61 MB | 4 |" in page
    assert "The database is 3 MB." in page
    assert load(tmp_path / "none.json") == {}
