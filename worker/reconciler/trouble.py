"""Telling of trouble once when it begins and once when it is over, not with every attempt."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from worker.reconciler.each import is_outage


class Trouble:
    """The state of one thing that is tried again and again."""

    def __init__(self, log: logging.Logger, name: str) -> None:
        self._log = log
        self._name = name
        self._present: str | None = None

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Whatever the block raises ends here: logged, unless the last attempt raised the like.

        An outage is one line; anything else is a fault to search for and comes with its traceback.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is logged, and the loop must live
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            if kind != self._present:
                details = {"part": self._name, "error": str(error) or kind}
                self._log.warning("reconciler_trouble", extra=details, exc_info=not is_outage(error))
            self._present = kind
        else:
            self.over()

    def over(self) -> None:
        """The thing has worked."""
        if self._present is not None:
            self._log.info("reconciler_trouble_over", extra={"part": self._name})
        self._present = None
