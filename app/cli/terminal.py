"""What the command line says to the person in front of it."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text


class Terminal:
    """Plain lines on standard output, trouble on standard error; colour only where there is a terminal."""

    def __init__(self) -> None:
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """A line of progress."""
        self._out.print(Text(text))

    def warn(self, text: str) -> None:
        """Something went wrong that Muster deals with itself."""
        self._err.print(Text(text, style="yellow"))

    def fail(self, text: str) -> None:
        """The reason for giving up."""
        self._err.print(Text(text, style="bold red"))

    def log_line(self, name: str, line: str) -> None:
        """A line of a child's log."""
        self._err.print(f"[dim]{escape(f'[{name}]')}[/dim] {escape(line)}")

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names and values in two aligned columns."""
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            self._out.print(f"  [bold]{escape(name.ljust(width))}[/bold]  {escape(value)}")
