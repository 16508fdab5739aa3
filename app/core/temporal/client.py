"""Connecting to Temporal, with the settings that Temporal's own tools read."""

import asyncio
import logging

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

DEFAULT_ADDRESS = "localhost:7233"
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0

log = logging.getLogger(__name__)


async def connect(address: str | None = None, namespace: str | None = None, *, lazy: bool = False) -> Client:
    """A client for `address` and `namespace`; what is None comes from TEMPORAL_* or Temporal's own profile.

    A lazy client connects with its first call, so this returns at once; it cannot serve a worker. Otherwise
    this tries until the server answers: bound it with a timeout of your own.
    """
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = address or config.get("target_host") or DEFAULT_ADDRESS
    if namespace:
        config["namespace"] = namespace
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await Client.connect(**config, lazy=lazy)
        except RuntimeError as error:  # what the SDK raises when no server answers
            log.warning("temporal_connect_failed", extra={"error": str(error), "retry_in_seconds": pause})
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
