"""Executing a query with a short cut for plain fields: those that only show an attribute of their object.

Most of a list's fields are plain, and graphql-core takes many times as long over each as it takes to read and
write the attribute: it makes a path and a description of the field for a resolver that looks at neither.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.executor import Executor
from graphql.pyutils import Path


class Attribute:
    """Resolves a field of `field_type` to what its object calls `name`."""

    def __init__(self, name: str, field_type: GraphQLOutputType) -> None:
        of_type = get_nullable_type(field_type)
        self.name = name
        self._may_be_null = not is_non_null_type(field_type)
        self._coerce = of_type.coerce_output_value if is_leaf_type(of_type) else None

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        value = self._read(source)
        return value(info, **arguments) if callable(value) else value

    def output(self, source: Any) -> Any:
        """What stands in the answer; Undefined when that takes more than to read and write a value."""
        if self._coerce is None:
            return Undefined
        value = self._read(source)
        if value is None:
            return None if self._may_be_null else Undefined
        if callable(value) or isinstance(value, Exception):
            return Undefined
        try:
            coerced = self._coerce(value)
        except Exception:  # noqa: BLE001 - who resolves the field at length meets it again, and reports it
            return Undefined
        return Undefined if coerced is None else coerced

    def _read(self, source: Any) -> Any:
        return source.get(self.name) if isinstance(source, dict) else getattr(source, self.name, None)


class ShortCutExecutor(Executor[Any]):
    """graphql-core's, for resolvers that are all synchronous."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Mapping[str, Any],
        position_context: Any,
    ) -> dict[str, Any]:
        fields = parent_type.fields
        results: dict[str, Any] = {}
        for response_name, details in grouped_field_set.items():
            field = fields.get(details[0].node.name.value)
            resolve = None if field is None or field.args else field.resolve
            output = resolve.output(source_value) if isinstance(resolve, Attribute) else Undefined
            if output is Undefined:
                here = Path(path, response_name, parent_type.name)
                output = self.execute_field(parent_type, source_value, details, here, position_context)
            if output is not Undefined:
                results[response_name] = output
        return results
