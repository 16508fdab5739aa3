"""The terminal may go away; what was being said must not hinder what is being done."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable

import pytest

TALK = """
from app.cli.terminal import Terminal
input()
terminal = Terminal()
terminal.say("said")
terminal.warn("warned")
terminal.facts([("name", "value")])
"""


@pytest.mark.parametrize("opened", [os.pipe, pty.openpty], ids=["pipe", "terminal"])
def test_closed_output_is_no_error(opened: Callable[[], tuple[int, int]]) -> None:
    reader, writer = opened()
    process = subprocess.Popen(
        [sys.executable, "-c", TALK],
        stdin=subprocess.PIPE,
        stdout=writer,
        stderr=writer,
        start_new_session=True,
    )
    os.close(writer)
    os.close(reader)
    process.communicate(b"\n", timeout=30)
    assert process.returncode == 0
