"""Searching the catalog: how names are compared, and why a search found a dataset. Pure.

Names are compared as terms: in lower case and without separators, so that `customer_id`, `CustomerId` and
`CUSTOMER-ID` are one. sql/migrations/0015 makes the same of what is stored.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.domain.catalog import Dataset

# How many of a term's trigrams a name must have to be taken for a misspelling of it, as a share.
LEAST_LIKENESS = 0.5

_SEPARATORS = str.maketrans("", "", "-_. ")
_WORD = re.compile(r"[^\W_]+")
# What pg_trgm takes for words depends on the database: other letters than these may not be any to it.
_ASCII_WORD = re.compile(r"[a-z0-9]+")


class MatchField(StrEnum):
    NAME = "NAME"
    SCHEMA = "SCHEMA"
    COLUMN = "COLUMN"
    COMMENT = "COMMENT"
    COLUMN_COMMENT = "COLUMN_COMMENT"


class MatchKind(StrEnum):
    EXACT = "EXACT"
    PREFIX = "PREFIX"
    PART = "PART"
    FUZZY = "FUZZY"
    WORDS = "WORDS"


@dataclass(frozen=True)
class Match:
    """What of a dataset was met, and how. `column`: where it was a column or the comment on one."""

    field: MatchField
    kind: MatchKind
    text: str
    column: str | None = None


@dataclass(frozen=True)
class FacetValue:
    """A value to filter by, and how many datasets have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facets:
    """What a list of datasets can be narrowed to, most frequent first."""

    kinds: list[FacetValue]
    endpoints: list[FacetValue]
    schemas: list[FacetValue]
    labels: list[FacetValue]


def term_of(name: str) -> str:
    """The term that a name is compared by."""
    return name.lower().translate(_SEPARATORS)


def words_of(text: str) -> list[str]:
    """The words that a comment is searched for, in lower case."""
    return _WORD.findall(text.lower())


def explain_match(search: str, dataset: Dataset) -> Match | None:
    """The best of the reasons why `search` finds `dataset`; None when there is none."""
    term, words = term_of(search), words_of(search)
    candidates = (
        _name_match(search, term, dataset),
        _schema_match(term, dataset),
        _column_match(term, dataset),
        _fuzzy_match(term, dataset),
        _comment_match(words, dataset),
    )
    return next((match for match in candidates if match is not None), None)


def _name_match(search: str, term: str, dataset: Dataset) -> Match | None:
    if not term:
        # separators alone: taken as they stand
        found = MatchKind.PART if search in dataset.name else None
        return Match(MatchField.NAME, found, dataset.name) if found else None
    kind = _how(term, term_of(dataset.name))
    if kind is not None:
        return Match(MatchField.NAME, kind, dataset.name)
    place, dot, rest = search.rpartition(".")
    if not dot or not _lies_in(place, dataset):
        return None
    kind = _how(term_of(rest), term_of(dataset.name))
    if kind in (MatchKind.EXACT, MatchKind.PREFIX):
        return Match(MatchField.NAME, kind, dataset.display_name)
    return None


def _lies_in(place: str, dataset: Dataset) -> bool:
    parents = ".".join(part for part in (dataset.database, dataset.schema) if part is not None)
    return parents.lower().endswith(place.lower())


def _schema_match(term: str, dataset: Dataset) -> Match | None:
    kind = _how(term, term_of(dataset.schema)) if term and dataset.schema else None
    return Match(MatchField.SCHEMA, kind, dataset.schema) if kind and dataset.schema else None


def _column_match(term: str, dataset: Dataset) -> Match | None:
    order = list(MatchKind)
    found = [
        Match(MatchField.COLUMN, kind, column["name"], column["name"])
        for column in _columns(dataset)
        if term and (kind := _how(term, term_of(column["name"])))
    ]
    return min(found, key=lambda match: order.index(match.kind), default=None)


def _fuzzy_match(term: str, dataset: Dataset) -> Match | None:
    named = [(dataset.name, None), *((column["name"], column["name"]) for column in _columns(dataset))]
    scored = [
        (_likeness(_trigrams(term, word), _trigrams(term_of(name), word)), name, column)
        for name, column in named
        for word in (_WORD, _ASCII_WORD)
    ]
    score, name, column = max(scored, key=lambda each: each[0])
    field = MatchField.NAME if column is None else MatchField.COLUMN
    return Match(field, MatchKind.FUZZY, name, column) if score else None


def _comment_match(words: list[str], dataset: Dataset) -> Match | None:
    if not words:
        return None
    comments: list[tuple[str | None, str | None]] = [(dataset.comment, None)]
    comments += [(column.get("comment"), column["name"]) for column in _columns(dataset)]
    told = [
        Match(
            MatchField.COMMENT if column is None else MatchField.COLUMN_COMMENT, MatchKind.WORDS, text, column
        )
        for text, column in comments
        if text
    ]
    # the words may be spread over several comments: that with the most of them stands for all
    best = max(told, key=lambda match: _word_count(match.text, words), default=None)
    return best if best and _word_count(best.text, words) else None


def _word_count(text: str, words: list[str]) -> int:
    there = words_of(text)
    return sum(any(each.startswith(word) for each in there) for word in words)


def _how(term: str, whole: str) -> MatchKind | None:
    if term == whole:
        return MatchKind.EXACT
    if whole.startswith(term):
        return MatchKind.PREFIX
    return MatchKind.PART if term in whole else None


def _likeness(wanted: set[str], there: set[str]) -> float:
    """How much of what is wanted is there; 0 for what is too little alike to be found.

    At least pg_trgm's word_similarity, by which it was found.
    """
    share = len(wanted & there) / len(wanted) if wanted else 0.0
    # of two that have as much, the shorter name is nearer
    return share + 1 / (2 + len(there)) if share >= LEAST_LIKENESS else 0.0


def _trigrams(term: str, word: re.Pattern[str]) -> set[str]:
    """pg_trgm's trigrams of what are words."""
    padded = [f"  {each} " for each in word.findall(term)]
    return {each[start : start + 3] for each in padded for start in range(len(each) - 2)}


def _columns(dataset: Dataset) -> Iterator[dict[str, Any]]:
    yield from dataset.document.get("columns", ())
