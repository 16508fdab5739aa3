"""Connecting to Temporal, with the settings that Temporal's own tools read."""

import asyncio
import logging

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from app.core.contracts import DEFAULT_NAMESPACE

DEFAULT_ADDRESS = "localhost:7233"
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0

log = logging.getLogger(__name__)


class NotConnected(Exception):
    """No Temporal server answered at the address."""


def namespace_in_use(namespace: str | None) -> str:
    """The namespace that a connection will be for; None means that TEMPORAL_* or a profile names it."""
    return namespace or ClientConfig.load_client_connect_config().get("namespace") or DEFAULT_NAMESPACE


async def connect_once(address: str | None = None, namespace: str | None = None) -> Client:
    """A connected client; what is None comes from TEMPORAL_* or Temporal's own profile.

    Raises NotConnected when no server answers; bound the wait with a timeout of your own.
    """
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = address or config.get("target_host") or DEFAULT_ADDRESS
    if namespace:
        config["namespace"] = namespace
    try:
        return await Client.connect(**config)
    except (RuntimeError, ValueError) as error:  # nobody answered; or the text is no address
        raise NotConnected(str(error)) from error


async def connect(address: str | None = None, namespace: str | None = None) -> Client:
    """connect_once until a server answers; bound it with a timeout of your own."""
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await connect_once(address, namespace)
        except NotConnected as error:
            log.warning("temporal_not_connected", extra={"error": str(error), "retry_in_seconds": pause})
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
