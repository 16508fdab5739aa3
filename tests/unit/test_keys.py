"""The ring of secret keys: it follows its file, and nothing that uses it notices."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.cli.private_files import write_private
from app.core.domain.auth import TokenHasher, new_token
from app.core.domain.secrets import SecretBox, UnreadableSecret
from app.core.keys import KeyRing

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PASSWORD = {"password": "correct horse"}


def put(file: Path, keys: Sequence[str]) -> None:
    write_private(file, ",".join(keys) + "\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A key file with the old key."""
    path = tmp_path / "secret-keys"
    put(path, [OLD])
    return path


def test_a_ring_without_a_file_never_changes() -> None:
    assert list(KeyRing([NEW, OLD])) == [NEW, OLD]


def test_a_replaced_file_is_noticed_at_the_next_use(file: Path) -> None:
    ring = KeyRing([OLD], file)
    box = SecretBox(ring)
    before = box.seal(PASSWORD)
    put(file, [NEW, OLD])
    after = box.seal(PASSWORD)
    assert SecretBox([NEW]).open(after) == PASSWORD
    assert box.open(before) == PASSWORD
    assert (box.is_newest(before), box.is_newest(after)) == (False, True)
    put(file, [NEW])
    assert box.open(after) == PASSWORD
    with pytest.raises(UnreadableSecret):
        box.open(before)


def test_tokens_are_digested_with_the_keys_of_the_moment(file: Path) -> None:
    hasher, token = TokenHasher(KeyRing([OLD], file)), new_token()
    stored, old_id = hasher.to_store(token), hasher.newest_key_id
    put(file, [NEW, OLD])
    assert hasher.newest_key_id == TokenHasher([NEW]).newest_key_id != old_id
    assert hasher.to_store(token) != stored
    assert stored in hasher.to_find(token)


@pytest.mark.parametrize(
    "content",
    [b"", b"no key\n", b"\xff\xfe", b",,,", OLD.encode()[:-4]],
    ids=["empty", "text", "bytes", "commas", "cut"],
)
def test_a_file_that_holds_no_keys_changes_nothing(
    file: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    ring = KeyRing([OLD], file)
    assert list(ring) == [OLD]
    file.write_bytes(content)
    assert [list(ring) for _ in range(3)] == [[OLD]] * 3
    assert caplog.messages == ["secret_keys_unusable"], "told once"
    put(file, [NEW])
    assert list(ring) == [NEW]


def test_a_file_that_is_gone_changes_nothing(file: Path) -> None:
    ring = KeyRing([OLD], file)
    assert list(ring) == [OLD]
    file.unlink()
    assert list(ring) == [OLD]


def test_no_key_is_shown_or_logged(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    ring = KeyRing([OLD], file)
    file.write_text(f"{NEW[:-4]}\n")
    list(ring)
    assert caplog.records
    shown = repr(ring) + str(ring) + repr([vars(record) for record in caplog.records])
    assert OLD not in shown
    assert NEW[:-4] not in shown


def test_the_id_of_a_key_tells_nothing_about_it() -> None:
    hasher = TokenHasher([OLD])
    assert len(hasher.newest_key_id) == 16
    assert hasher.newest_key_id not in hasher.to_store("x").hex()
    assert hasher.newest_key_id not in OLD


def test_what_is_sealed_anew_needs_the_first_key_only() -> None:
    sealed = SecretBox([OLD]).seal(PASSWORD | {"token": "t"})
    anew = SecretBox([NEW, OLD]).reseal(sealed)
    assert SecretBox([NEW]).open(anew) == PASSWORD | {"token": "t"}
    with pytest.raises(UnreadableSecret):
        SecretBox([NEW]).reseal(sealed)
