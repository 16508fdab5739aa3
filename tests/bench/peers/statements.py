"""Counting what SQLAlchemy asks a source, in whatever was built with it."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


class Statements:
    """The statements that any engine of this process has sent since this was made."""

    def __init__(self) -> None:
        self.count = 0
        event.listen(Engine, "before_cursor_execute", self._add)

    def _add(self, *_: Any) -> None:
        self.count += 1
