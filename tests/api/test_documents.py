"""The cache of GraphQL documents."""

import pytest
from graphql import GraphQLSchema, build_schema

from app.api import documents
from app.api.documents import MAX_KEPT_LENGTH, Documents, InvalidDocument
from app.api.limits import QueryLimits

LIMITS = QueryLimits(depth=5, cost=100)


@pytest.fixture
def schema() -> GraphQLSchema:
    return build_schema("type Query { name: String }")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed and validated, in order."""
    texts: list[str] = []
    original = documents.read_document

    def counting(schema: GraphQLSchema, text: str, limits: QueryLimits) -> object:
        texts.append(text)
        return original(schema, text, limits)

    monkeypatch.setattr(documents, "read_document", counting)
    return texts


def test_a_document_is_read_once(schema: GraphQLSchema, read: list[str]) -> None:
    kept = Documents(schema, LIMITS)
    assert kept.get("{ name }") is kept.get("{ name }")
    assert read == ["{ name }"]


def test_the_document_used_longest_ago_makes_room(schema: GraphQLSchema, read: list[str]) -> None:
    kept = Documents(schema, LIMITS, size=2)
    for text in ("{ a: name }", "{ b: name }", "{ a: name }", "{ c: name }", "{ a: name }", "{ b: name }"):
        kept.get(text)
    assert read == ["{ a: name }", "{ b: name }", "{ c: name }", "{ b: name }"]


def test_long_and_invalid_documents_are_not_kept(schema: GraphQLSchema, read: list[str]) -> None:
    kept = Documents(schema, LIMITS)
    long = "{ name }" + " " * MAX_KEPT_LENGTH
    kept.get(long)
    kept.get(long)
    for _ in range(2):
        with pytest.raises(InvalidDocument):
            kept.get("{ nothing }")
    assert read == [long, long, "{ nothing }", "{ nothing }"]


def test_what_a_directive_may_change_is_planned_anew(schema: GraphQLSchema) -> None:
    kept = Documents(schema, LIMITS)
    assert kept.get("{ name }").plans is not None
    assert kept.get("query($is: Boolean!) { name @include(if: $is) }").plans is None
