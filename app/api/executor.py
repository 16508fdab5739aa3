"""Executing a query without an account of each field, for as long as nothing unusual is met.

graphql-core makes a path and a description of every field of every object, for errors that hardly ever come
and for resolvers that hardly ever look: on a list this takes many times as long as to read and write the
values. Here the value of each root field is first completed by functions that are made once for each
selection. At anything unusual, an error above all, what they have done is dropped and graphql-core does it
at length.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.executor import Executor, to_nodes
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

Completion = Callable[[Any], Any]

# The types of values that stand in the answer as they are.
_AS_THEY_ARE: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}


class _Unusual(Exception):
    """What is left to graphql-core: a null where there must be none, a type that nobody foresaw."""


class Attribute:
    """Resolves a field to what its object calls `name`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        value = source.get(self.name) if isinstance(source, dict) else getattr(source, self.name, None)
        return value(info, **arguments) if callable(value) else value


class _Step(NamedTuple):
    """A field of an object. Without an `attribute`, or where that is callable, `resolve` gives its value."""

    response_name: str
    attribute: str | None
    resolve: Completion
    as_it_is: type | None
    complete: Completion


class ShortCutExecutor(Executor[Any]):
    """graphql-core's, for resolvers that are all synchronous, read only, and look at no path.

    A resolver below a root field is called a second time when something unusual is met.
    """

    _is_at_length = False

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: Any,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """The value of a root field, or, at length, of any field."""
        if not self._is_at_length:
            try:
                return self._completion(return_type, field_details_list)(result)
            except Exception:  # noqa: BLE001 - whatever it is, it is met again at length, and reported
                self._is_at_length = True
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def _completion(self, return_type: GraphQLOutputType, details: Any) -> Completion:
        may_be_null, of_type = not is_non_null_type(return_type), get_nullable_type(return_type)
        if is_leaf_type(of_type):
            return _leaf(of_type.coerce_output_value, may_be_null)
        if is_list_type(of_type):
            return _list(self._completion(of_type.of_type, details), may_be_null)
        if not is_object_type(of_type) or of_type.is_type_of is not None:
            raise _Unusual
        selected = self.collect_subfields(of_type, details).grouped_field_set
        steps = [self._step(of_type, name, each) for name, each in selected.items()]
        return _object(steps, may_be_null)

    def _step(self, parent: GraphQLObjectType, response_name: str, details: Any) -> _Step:
        field = self.schema.get_field(parent, details[0].node.name.value)
        if field is None or self.middleware_manager is not None:
            raise _Unusual
        of_type = get_named_type(field.type)
        is_one_value = not is_list_type(get_nullable_type(field.type))
        resolve = field.resolve or self.field_resolver
        return _Step(
            response_name,
            resolve.name if isinstance(resolve, Attribute) else None,
            self._resolution(parent, field, response_name, details),
            _AS_THEY_ARE.get(of_type.name) if is_one_value else None,
            self._completion(field.type, details),
        )

    def _resolution(
        self, parent: GraphQLObjectType, field: GraphQLField, response_name: str, details: Any
    ) -> Completion:
        """Calls the resolver, with arguments and a description that all objects share."""
        resolve, first = field.resolve or self.field_resolver, details[0]
        arguments: dict[str, Any] = {}
        if field.args:
            arguments = get_argument_values(
                field, first.node, self.variable_values, first.fragment_variable_values, self.hide_suggestions
            )
        info = self.build_resolve_info(
            field, to_nodes(details), parent, Path(None, response_name, parent.name)
        )
        return lambda source: resolve(source, info, **arguments)


def _leaf(coerce: Completion, may_be_null: bool) -> Completion:
    def complete(value: Any) -> Any:
        if value is None and may_be_null:
            return None
        if value is None or isinstance(value, Exception):
            raise _Unusual
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise _Unusual
        return coerced

    return complete


def _list(complete_item: Completion, may_be_null: bool) -> Completion:
    def complete(value: Any) -> list[Any] | None:
        if value is None and may_be_null:
            return None
        if not isinstance(value, list | tuple):
            raise _Unusual
        return [complete_item(item) for item in value]

    return complete


def _object(steps: Sequence[_Step], may_be_null: bool) -> Completion:
    def complete(source: Any) -> dict[str, Any] | None:
        if source is None and may_be_null:
            return None
        if source is None or isinstance(source, Exception):
            raise _Unusual
        names = source if isinstance(source, dict) else None
        completed: dict[str, Any] = {}
        for response_name, attribute, resolve, as_it_is, complete_field in steps:
            if attribute is None:
                value = resolve(source)
            else:
                value = getattr(source, attribute, None) if names is None else names.get(attribute)
                if callable(value):
                    value = resolve(source)
            completed[response_name] = value if type(value) is as_it_is else complete_field(value)
        return completed

    return complete
