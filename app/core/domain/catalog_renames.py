"""What may have been renamed: something went and something like it came. Suggested, never assumed. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

# Of names, and of sets of columns; 1 is the same.
NEAR_NAMES = 0.6
LIKE_COLUMNS = 0.8
# Of names of which one has all words of the other, in a row: orders, orders_2025, old_orders.
SAME_WORDS = 0.8
# Every one that went is compared with every one that came.
MAX_COMPARED = 100


class RenameKind(StrEnum):
    DATASET = "DATASET"
    COLUMN = "COLUMN"


@dataclass(frozen=True)
class Described:
    """A dataset that went or came, with its document."""

    id: UUID
    display_name: str
    name: str
    document: Mapping[str, Any]

    @property
    def column_names(self) -> frozenset[str]:
        return frozenset(column["name"] for column in self.document.get("columns") or ())


@dataclass(frozen=True)
class RenameSuggestion:
    """`before` may be called `after` now. Of a dataset: `dataset_id` went and `to_dataset_id` came; of a
    column: both are its dataset. `similarity` of the names, and of the columns: 0 to 1."""

    kind: RenameKind
    dataset_id: UUID
    to_dataset_id: UUID
    before: str
    after: str
    similarity: float


def dataset_renames(gone: Sequence[Described], came: Sequence[Described]) -> list[RenameSuggestion]:
    """Datasets with nearly the same columns and near names, the likeliest first; each at most once.

    Only the first MAX_COMPARED of either are looked at.
    """
    columns = {each.id: each.column_names for each in (*gone, *came)}

    def similarity(old: Described, new: Described) -> float:
        alike = _overlap(columns[old.id], columns[new.id])
        return alike * _nearness(old.name, new.name) if alike >= LIKE_COLUMNS else 0

    return [
        RenameSuggestion(RenameKind.DATASET, old.id, new.id, old.display_name, new.display_name, score)
        for old, new, score in _pairs(gone, came, similarity)
    ]


def column_renames(
    dataset_id: UUID, gone: Sequence[Mapping[str, Any]], came: Sequence[Mapping[str, Any]]
) -> list[RenameSuggestion]:
    """Columns of one dataset with the same type and near names, as in dataset_renames."""

    def similarity(old: Mapping[str, Any], new: Mapping[str, Any]) -> float:
        return _nearness(old["name"], new["name"]) if old["type"] == new["type"] else 0

    return [
        RenameSuggestion(RenameKind.COLUMN, dataset_id, dataset_id, old["name"], new["name"], score)
        for old, new, score in _pairs(gone, came, similarity)
    ]


T = TypeVar("T")


def _pairs(
    gone: Sequence[T], came: Sequence[T], similarity: Callable[[T, T], float]
) -> Iterator[tuple[T, T, float]]:
    """The most similar pairs; what is in one is in no other."""
    gone, came = gone[:MAX_COMPARED], came[:MAX_COMPARED]
    scored = [
        (score, i, j)
        for i, old in enumerate(gone)
        for j, new in enumerate(came)
        if (score := similarity(old, new)) > 0
    ]
    old_taken, new_taken = set[int](), set[int]()
    # of equal scores the first in order, so that the answer is always the same
    for score, i, j in sorted(scored, key=lambda each: (-each[0], each[1], each[2])):
        if i not in old_taken and j not in new_taken:
            old_taken.add(i)
            new_taken.add(j)
            yield gone[i], came[j], round(score, 3)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    together = one | other
    return len(one & other) / len(together) if together else 0


def _nearness(one: str, other: str) -> float:
    """How near two names are, whatever their case; 0 when they are not near at all."""
    one, other = one.lower(), other.lower()
    least = SAME_WORDS if _has_words_of(one, other) or _has_words_of(other, one) else 0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # the quick bounds are cheap, and most pairs fail them
    if matcher.real_quick_ratio() < NEAR_NAMES or matcher.quick_ratio() < NEAR_NAMES:
        return least
    ratio = matcher.ratio()
    return max(ratio, least) if ratio >= NEAR_NAMES else least


def _has_words_of(long: str, short: str) -> bool:
    return f"_{_in_words(short)}_" in f"_{_in_words(long)}_"


def _in_words(name: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", name)) or name
