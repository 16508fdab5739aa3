"""`muster up` when its key file is gone, or is another one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.cli.private_files import write_private
from app.cli.stack import address_file
from app.core.config import DataFiles
from tests.stack import MUSTER, START_SECONDS, STOP_SECONDS, RunningStack, running_stack, wait_until


@pytest.fixture(scope="module")
def stopped() -> Iterator[RunningStack]:
    """A data directory that Muster has run on."""
    with running_stack() as stack:
        stack.stop()
        yield stack


def keys_file(stack: RunningStack) -> Path:
    return DataFiles(stack.data_dir).secret_keys


def refusal(stack: RunningStack) -> str:
    """What `muster up` says when it refuses to start; no process of it is left."""
    refused = subprocess.run(
        [MUSTER, "up"], env=stack.environment(), capture_output=True, text=True, timeout=90, check=False
    )
    assert refused.returncode == 2
    assert list((stack.data_dir / "run").glob("*.json")) == []
    return refused.stderr


def test_a_key_file_that_is_gone_is_asked_for_and_not_replaced(stopped: RunningStack) -> None:
    put_away = keys_file(stopped).rename(stopped.data_dir / "put-away")
    assert "MUSTER_SECRET_KEYS is not set" in refusal(stopped)
    assert not keys_file(stopped).exists()
    put_away.rename(keys_file(stopped))
    stopped.start()
    assert stopped.stop() == 0


def test_another_key_is_refused_unless_the_old_one_is_given_up(stopped: RunningStack) -> None:
    write_private(keys_file(stopped), Fernet.generate_key().decode() + "\n")
    assert "MUSTER_SECRET_KEYS is wrong" in refusal(stopped)
    with stopped.output_file.open("ab") as output:
        forgetting = subprocess.Popen(
            [MUSTER, "up", "--forget-secrets"], env=stopped.environment(), stdout=output, stderr=output
        )
    try:
        wait_until(
            lambda: address_file(stopped.data_dir).exists() or forgetting.poll() is not None, START_SECONDS
        )
    finally:
        forgetting.terminate()
        assert forgetting.wait(STOP_SECONDS) == 0
    stopped.start()
    assert stopped.stop() == 0
