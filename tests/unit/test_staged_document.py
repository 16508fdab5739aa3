"""A staged document: what the catalog stores of it, and the row that announces it."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.domain.catalog import dataset_identity, document_hash
from app.core.domain.staged_document import (
    copied_document,
    dataset_row,
    read_document,
    read_row,
    storable,
)
from tests.connectors.collecting import row_fields

TEXT = st.text(st.characters(codec="utf-16", categories=None), max_size=20)


def document(**changes: Any) -> dict[str, Any]:
    heading = {"type": "dataset", "database": "db", "schema": "s", "name": "n", "kind": "TABLE"}
    return heading | {"comment": None} | changes | {"columns": [{"name": changes.get("name", "n")}]}


def spelled(value: dict[str, Any], **style: Any) -> bytes:
    return json.dumps(value, **style).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("separators", [(",", ":"), (", ", " : "), None])
def test_a_heading_in_front_is_read_and_the_rest_left_as_it_is(separators: tuple[str, str] | None) -> None:
    raw = spelled(document(name='a "b"\n', comment="c\\d"), separators=separators)
    found = read_document(raw)
    assert found.text == raw
    assert found[1:6] == ("db", "s", 'a "b"\n', "TABLE", "c\\d")
    assert found.identity == dataset_identity("db", "s", 'a "b"\n')


def test_a_heading_elsewhere_is_found_as_well() -> None:
    raw = spelled({"columns": [], **document(database=None, schema=None)})
    assert read_document(raw)[1:6] == (None, None, "n", "TABLE", None)


def test_what_postgresql_cannot_store_is_replaced_and_the_identity_tells_apart() -> None:
    odd = [read_document(spelled(document(name=name))) for name in ("a\0", "a\ud800", "a\ufffd")]
    assert [each.name for each in odd] == ["a\ufffd"] * 3
    assert len({each.identity for each in odd}) == 3
    assert [json.loads(each.text)["columns"][0]["name"] for each in odd] == ["a\ufffd"] * 3


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"type":"dataset"', b'"text"', b"\xff"])
def test_what_is_no_document_is_refused(raw: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_document(raw)


@given(database=st.none() | TEXT, schema=st.none() | TEXT, name=TEXT, comment=st.none() | TEXT)
def test_a_row_says_what_its_document_says(
    database: str | None, schema: str | None, name: str, comment: str | None
) -> None:
    raw = json.dumps(document(database=database, schema=schema, name=name, comment=comment)).encode()
    found = read_document(raw)
    row = dataset_row(found, 7, columns=1, row_count_estimate=None, size_bytes=0)
    assert row.count(b"\n") == 1
    assert row.endswith(b"\n")
    expected = {"database": database, "schema": schema, "name": name, "comment": comment}
    fields = row_fields(row.decode().removesuffix("\n"))
    assert {key: fields[key] for key in expected} == storable(expected)
    assert (fields["columns"], fields["row_count_estimate"], fields["size_bytes"]) == ("1", None, "0")
    assert fields["identity"] == "\\x" + dataset_identity(database, schema, name).hex()
    announced = read_row(row.removesuffix(b"\n"))
    assert (announced.ordinal, announced.hash.decode()) == (7, document_hash(found.text))
    assert announced.heading == row.split(b"\t" + announced.hash)[0]


def test_the_hash_is_that_of_the_text_that_is_stored() -> None:
    found = read_document(spelled(document(name="a\0")))
    row = dataset_row(found, 0, 0, None, None)
    assert read_row(row.rstrip(b"\n")).hash.decode() == hashlib.sha256(found.text).hexdigest()


@pytest.mark.parametrize("row", [b"", b"a\tb", b"a\tb\tc\td\te"])
def test_what_is_no_row_is_refused(row: bytes) -> None:
    with pytest.raises(ValueError, match=r"unpack|invalid"):
        read_row(row)


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        (b'{"a": 1}', b'{"a": 1}'),
        (rb'{"a": "\n\\"}', rb'{"a": "\\n\\\\"}'),
        (b'{\t"a":\r1}', rb'{\t"a":\r1}'),
    ],
)
def test_a_document_is_copied_with_its_backslashes_doubled(text: bytes, copied: bytes) -> None:
    assert copied_document(text) == copied
