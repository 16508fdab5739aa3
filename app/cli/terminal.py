"""What the command line says to the person in front of it."""

import os
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text


class _Console(Console):
    """Falls silent when nobody listens any more: a closed terminal must not hinder an orderly stop."""

    def print_line(self, line: Text) -> None:
        try:
            self.print(line)
        except OSError:
            self._fall_silent()

    def on_broken_pipe(self) -> None:
        self._fall_silent()

    def _fall_silent(self) -> None:
        self.quiet = True
        # what is still buffered would fail again when Python ends
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, self.file.fileno())
        os.close(silence)


class Terminal:
    """Plain lines on standard output, trouble on standard error; colour only where there is a terminal."""

    def __init__(self) -> None:
        self._out = _Console(highlight=False, soft_wrap=True)
        self._err = _Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """A line of progress."""
        self._out.print_line(Text(text))

    def warn(self, text: str) -> None:
        """Something went wrong that Muster deals with itself."""
        self._err.print_line(Text(text, style="yellow"))

    def fail(self, text: str) -> None:
        """The reason for giving up."""
        self._err.print_line(Text(text, style="bold red"))

    def log_line(self, name: str, line: str) -> None:
        """A line of a child's log."""
        self._err.print_line(Text.assemble((f"[{name}]", "dim"), " ", line))

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names and values in two aligned columns."""
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            self._out.print_line(Text.assemble("  ", (name.ljust(width), "bold"), "  ", value))
