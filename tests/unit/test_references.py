"""Secrets by reference: what is one, and which variables may be named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.domain.references import Reference, ReferenceKind, may_refer_to, parse_reference


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("env:SHOP_PASSWORD", ReferenceKind.ENV, "SHOP_PASSWORD"),
        ("env:_x1", ReferenceKind.ENV, "_x1"),
        ("file:/run/secrets/shop", ReferenceKind.FILE, "/run/secrets/shop"),
        ("file:/run/secrets/with space, ünicode", ReferenceKind.FILE, "/run/secrets/with space, ünicode"),
        ("file:/run/../etc/passwd", ReferenceKind.FILE, "/run/../etc/passwd"),
    ],
)
def test_a_reference_is_read(text: str, kind: ReferenceKind, name: str) -> None:
    assert parse_reference(text) == Reference(kind, name)
    assert str(parse_reference(text)) == text


@pytest.mark.parametrize(
    "secret", ["", "x", "ENV:X", "environment", " env:X", "env", "file", "File:/x", "x env:Y"]
)
def test_any_other_text_is_the_secret_itself(secret: str) -> None:
    assert parse_reference(secret) is None


@pytest.mark.parametrize(
    "text",
    [
        "env:",
        "env:PATH=",
        "env:1X",
        "env:A B",
        "env:A\n",
        "env:A\0",
        "env:Ä",
        "env:$HOME",
        "env:*",
        "file:",
        "file:relative",
        "file:./x",
        "file:~/x",
        "file:/run/secrets/x\n",
        "file:/run/secrets/x\0",
        "file:\n/run/secrets/x",
    ],
)
def test_what_only_begins_like_a_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^After (env|file): comes"):
        parse_reference(text)


@given(st.text())
def test_no_text_is_read_as_another_one(text: str) -> None:
    try:
        reference = parse_reference(text)
    except ValueError:
        assert text.startswith(("env:", "file:"))
    else:
        assert reference is None or str(reference) == text


@pytest.mark.parametrize(
    "name",
    [
        "MUSTER_SECRET_KEYS",
        "MUSTER_ADMIN_TOKEN",
        "MUSTER_OIDC_CLIENT_SECRET",
        "MUSTER_ANYTHING",
        "muster_secret_keys",
        "DATABASE_URL",
        "PGPASSWORD",
        "PGPASSFILE",
        "TEMPORAL_API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "AZURE_CLIENT_SECRET",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "FSSPEC_S3_SECRET",
        "HTTPS_PROXY",
        "https_proxy",
    ],
)
@pytest.mark.parametrize("pattern", ["*", "exactly"])
def test_the_workers_own_variables_are_out_of_reach(name: str, pattern: str) -> None:
    assert not may_refer_to(name, [name if pattern == "exactly" else pattern])


@pytest.mark.parametrize(
    ("name", "patterns", "is_allowed"),
    [
        ("SHOP_PASSWORD", ["*"], True),
        ("SHOP_PASSWORD", ["SHOP_*"], True),
        ("SHOP_PASSWORD", ["OTHER_*", "*_PASSWORD"], True),
        ("SHOP_PASSWORD", ["SHOP"], False),
        ("SHOP_PASSWORD", ["shop_*"], False),
        ("SHOP_PASSWORD", [], False),
    ],
)
def test_the_setting_says_which_variables_may_be_named(
    name: str, patterns: list[str], is_allowed: bool
) -> None:
    assert may_refer_to(name, patterns) is is_allowed
