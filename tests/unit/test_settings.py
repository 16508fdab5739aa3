"""Settings that are usable, and yet worth a warning."""

from pathlib import Path

import pytest

from app.core.config import read_settings


@pytest.mark.parametrize(("length", "can_be_guessed"), [(1, True), (31, True), (32, False)])
def test_a_short_admin_token_is_known_for_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, length: int, can_be_guessed: bool
) -> None:
    monkeypatch.setenv("MUSTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MUSTER_ADMIN_TOKEN", "t" * length)
    assert read_settings().admin_token_can_be_guessed is can_be_guessed
