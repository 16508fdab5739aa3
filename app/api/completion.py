"""Completing the values of a whole list at once, field after field.

What is to be done with a value depends on its type and on what is selected of it, and on nothing else. So it
is planned once for each selection, and done to a column: the values that all the objects of a list have for
one field. Most columns are of one kind throughout, and need no look at each value.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, islice
from operator import attrgetter
from types import NoneType
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    Undefined,
)

from app.api.scalars import are_written_alike
from app.core.db.columns import Rows

Resolution = Callable[[Sequence[Any]], Sequence[Any]]
"""Gives the values of one field for some objects."""

_LEAST_INT, _GREATEST_INT = -(2**31), 2**31 - 1
# The kinds of values that stand in the answer as they are. So do some that JSON has no kind for:
# app.api.json_writing spells them.
_AS_THEY_ARE: dict[str, set[type]] = {
    "String": {str},
    "ID": {str, UUID},
    "Boolean": {bool},
    "Int": {int},
}


class Unusual(Exception):
    """What is left to graphql-core: a null where there must be none, a type that nobody foresaw."""


class Attribute:
    """Resolves a field to what its object calls `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._get = attrgetter(name)

    def of_rows(self, sources: Rows[Any]) -> Sequence[Any]:
        """What rows hold in a column, or what is made of each."""
        return sources.column(self.name)

    def of_dicts(self, sources: Sequence[dict[str, Any]]) -> Sequence[Any]:
        """What dicts hold; what is callable is not called."""
        return [source.get(self.name) for source in sources]

    def of_objects(self, sources: Sequence[Any]) -> Sequence[Any]:
        """What objects hold; what is callable is not called."""
        try:
            return [*map(self._get, sources)]
        except AttributeError:
            return [getattr(source, self.name, None) for source in sources]

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        value = source.get(self.name) if isinstance(source, dict) else getattr(source, self.name, None)
        return value(info, **arguments) if callable(value) else value


Look = Callable[[Attribute, Any], Sequence[Any]]


class Together:
    """Resolves a field of several objects at once: `of_all` gives their values, in order."""

    def __init__(self, of_all: Callable[..., Sequence[Any]]) -> None:
        self.of_all = of_all

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        [value] = self.of_all([source], info, **arguments)
        return value


@dataclass(frozen=True, eq=False)
class SelectedField:
    """A field that is selected of an object; `details` are graphql-core's of where it is selected."""

    response_name: str
    parent: GraphQLObjectType
    definition: GraphQLField
    resolve: Callable[..., Any]
    details: Any
    complete: "Completion"

    def column(self, resolution: "Resolutions", sources: Sequence[Any], look: Look) -> Sequence[Any]:
        """The completed values of all `sources`; `look` finds an attribute of them."""
        return self.complete(resolution, self._values(resolution, sources, look))

    def _values(self, resolution: "Resolutions", sources: Sequence[Any], look: Look) -> Sequence[Any]:
        if isinstance(self.resolve, Attribute):
            values = look(self.resolve, sources)
            # what was read from a database is not called
            if isinstance(sources, Rows) or not any(map(callable, values)):
                return values
        return resolution(self)(sources)


Resolutions = Callable[[SelectedField], Resolution]
Completion = Callable[[Resolutions, Sequence[Any]], Sequence[Any]]
"""Completes values, one for each that it is given. Raises Unusual, and whatever a resolver raises."""


def leaves(of_type: GraphQLLeafType, may_be_null: bool) -> Completion:
    """For values of a scalar or enum."""
    as_they_are = _AS_THEY_ARE.get(of_type.name, set()) | ({NoneType} if may_be_null else set())
    is_number = of_type.name == "Int"

    def complete(_: Resolutions, values: Sequence[Any]) -> Sequence[Any]:
        kinds = set(map(type, values))
        if kinds <= as_they_are and not (is_number and _has_big(filter(None, values))):
            return values
        _look_for_errors(kinds)
        if NoneType not in kinds:
            return _coerced(of_type, kinds, values)
        if not may_be_null:
            raise Unusual
        present = [each for each in values if each is not None]
        coerced = _coerced(of_type, kinds - {NoneType}, present)
        if coerced is present:
            return values
        following = iter(coerced)
        return [None if value is None else next(following) for value in values]

    return complete


def lists(complete_items: Completion, may_be_null: bool) -> Completion:
    """For lists of what `complete_items` completes: those of all the lists together."""
    foreseen = {list, tuple, Rows} | ({NoneType} if may_be_null else set())

    def complete(resolution: Resolutions, values: Sequence[Any]) -> Sequence[Any]:
        if not _kinds(values) <= foreseen:
            raise Unusual
        if len(values) == 1 and isinstance(values[0], Rows):
            return [complete_items(resolution, values[0])]
        items = iter(complete_items(resolution, [*chain.from_iterable(filter(None, values))]))
        return [None if value is None else [*islice(items, len(value))] for value in values]

    return complete


def objects(fields: Sequence[SelectedField], may_be_null: bool) -> Completion:
    """For objects of which `fields` are selected. One that occurs again and again is completed once."""

    def complete(resolution: Resolutions, sources: Sequence[Any]) -> Sequence[Any]:
        if not sources:
            return []
        if isinstance(sources, Rows):
            return complete_distinct(resolution, sources)
        distinct = {id(source): source for source in sources}
        if len(distinct) == len(sources) and id(None) not in distinct:
            return complete_distinct(resolution, sources)
        if id(None) in distinct:
            if not may_be_null:
                raise Unusual
            del distinct[id(None)]
        completed = dict(zip(distinct, complete_distinct(resolution, [*distinct.values()]), strict=True))
        return [completed.get(id(source)) for source in sources]

    def complete_distinct(resolution: Resolutions, sources: Sequence[Any]) -> Sequence[Any]:
        look = _look(sources)
        completed: list[dict[str, Any]] = [{} for _ in range(len(sources))]
        for field in fields:
            # field by field: to make each of them at once, dict(zip(…)), takes twice as long
            name, values = field.response_name, field.column(resolution, sources, look)
            for each, value in zip(completed, values, strict=True):
                each[name] = value
        return completed

    return complete


def _look(sources: Sequence[Any]) -> Look:
    """How an attribute of all the `sources` is found."""
    if isinstance(sources, Rows):
        return Attribute.of_rows
    are_dicts = {issubclass(kind, dict) for kind in _kinds(sources)}
    if len(are_dicts) > 1:
        raise Unusual
    return Attribute.of_dicts if True in are_dicts else Attribute.of_objects


def _kinds(values: Sequence[Any]) -> set[type]:
    """The types of `values`. Raises Unusual when one of them is what an error is reported by."""
    kinds = set(map(type, values))
    _look_for_errors(kinds)
    return kinds


def _look_for_errors(kinds: set[type]) -> None:
    if any(map(_reports_an_error, kinds)):
        raise Unusual


@cache
def _reports_an_error(kind: type) -> bool:
    return issubclass(kind, Exception) or kind is type(Undefined)


def _has_big(numbers: Iterable[int]) -> bool:
    distinct = {0, *numbers}
    return min(distinct) < _LEAST_INT or max(distinct) > _GREATEST_INT


def _coerced(of_type: GraphQLLeafType, kinds: set[type], values: Sequence[Any]) -> Sequence[Any]:
    if kinds == {datetime} and of_type.name == "DateTime" and are_written_alike(values):
        return values
    if isinstance(of_type, GraphQLEnumType) and all(issubclass(kind, str) for kind in kinds):
        # As plain texts: a member takes long to be hashed. And each once: there are few.
        texts = values if kinds == {str} else [*map(str.__str__, values)]
        names = {text: of_type.coerce_output_value(text) for text in set(texts)}
        return [names[text] for text in texts]
    coerced = [*map(of_type.coerce_output_value, values)]
    if NoneType in _kinds(coerced):
        raise Unusual
    return coerced
