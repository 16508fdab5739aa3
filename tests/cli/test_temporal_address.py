"""What TEMPORAL_ADDRESS may hold besides the address of a server."""

import asyncio

import pytest

from app.cli.stack import external_temporal_address
from app.core.temporal.client import NotConnected, connect_once


@pytest.mark.parametrize(("given", "address"), [("", None), ("temporal.internal:7233",) * 2])
def test_empty_address_asks_for_the_embedded_server(
    monkeypatch: pytest.MonkeyPatch, given: str, address: str | None
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", given)
    assert external_temporal_address() == address


def test_text_that_is_no_address_connects_to_nobody() -> None:
    with pytest.raises(NotConnected):
        asyncio.run(connect_once("not an address"))
