"""Secrets: sealed, opened after a rotation of keys, masked wherever they are shown."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from app.core.domain.secrets import MASK, SecretBox, UnreadableSecret, mask_url, redact

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.dictionaries(st.text(), st.text()))
def test_what_is_sealed_opens_again(values: dict[str, str]) -> None:
    box = SecretBox([NEW])
    assert box.open(box.seal(values)) == values


def test_a_sealed_value_does_not_show_it() -> None:
    sealed = SecretBox([NEW]).seal({"password": "correct horse"})
    assert sealed.keys() == {"password"}
    assert "correct horse" not in str(sealed)


def test_after_a_rotation_the_old_key_still_opens() -> None:
    sealed = SecretBox([OLD]).seal({"password": "x"})
    assert SecretBox([NEW, OLD]).open(sealed) == {"password": "x"}


def test_without_its_key_a_secret_cannot_be_opened() -> None:
    sealed = SecretBox([OLD]).seal({"password": "x"})
    with pytest.raises(UnreadableSecret):
        SecretBox([NEW]).open(sealed)


@pytest.mark.parametrize("keys", [[], ["not a key"], [NEW, ""]], ids=["none", "malformed", "one empty"])
def test_a_box_needs_usable_keys(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="key") as caught:
        SecretBox(keys)
    assert not any(key and key in str(caught.value) for key in keys)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a?page=2", "https://example.org/a?page=2"),
        ("https://ann:pw@example.org/a", f"https://{MASK}@example.org/a"),
        ("https://token@example.org", f"https://{MASK}@example.org"),
        ("mysql://ann:p@ss@db:3306/x", f"mysql://{MASK}@db:3306/x"),
        ("pg://ann:p/w?x#y@db/shop", f"pg://{MASK}@db/shop"),
        ("https://example.org/@ann", "https://example.org/@ann"),
        ("https://x.org/?api_key=k1&page=2", f"https://x.org/?api_key={MASK}&page=2"),
        ("https://x.org/?a=1&X-Amz-Signature=s", f"https://x.org/?a=1&X-Amz-Signature={MASK}"),
        ("jdbc:sqlserver://h;user=a;Password=p;x=1", f"jdbc:sqlserver://h;user=a;Password={MASK};x=1"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert mask_url(url) == shown
    assert mask_url(shown) == shown


def test_redaction_masks_the_longest_secret_first() -> None:
    assert redact("pass word and pass", ["pass", "pass word", ""]) == f"{MASK} and {MASK}"


def test_redaction_masks_user_info_of_any_address() -> None:
    assert redact("cannot reach postgres://ann:pw@db/x", []) == f"cannot reach postgres://{MASK}@db/x"
