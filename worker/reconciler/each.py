"""Doing something for each of many things, a few at a time, so that one failing stops no other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import psycopg
from psycopg_pool import PoolTimeout
from temporalio.service import RPCError, RPCStatusCode

T = TypeVar("T")

AT_ONCE = 8

log = logging.getLogger(__name__)

_NO_ANSWER = {
    RPCStatusCode.CANCELLED,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.UNAVAILABLE,
}


def is_outage(error: BaseException) -> bool:
    """Whether the error says that Postgres or Temporal is away: it says nothing of the thing at hand."""
    if isinstance(error, RPCError):
        return error.status in _NO_ANSWER
    return isinstance(error, (psycopg.OperationalError, PoolTimeout, OSError))


async def for_each(items: Iterable[T], act: Callable[[T], Awaitable[None]]) -> None:
    """Await `act` for every item, AT_ONCE at a time, and log what fails.

    Raises the first outage at the end, so that the caller tells of it once and not for every item.
    """
    slots = asyncio.Semaphore(AT_ONCE)
    outages: list[Exception] = []

    async def one(item: T) -> None:
        async with slots:
            try:
                await act(item)
            except Exception as error:
                if is_outage(error):
                    outages.append(error)
                else:
                    log.exception("reconcile_item_failed", extra={"item": repr(item)})

    await asyncio.gather(*(one(item) for item in items))
    if outages:
        raise outages[0]
