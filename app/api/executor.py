"""Executing a query without an account of each field, for as long as nothing unusual is met.

graphql-core makes a path and a description of every field of every object, for errors that hardly ever come
and for resolvers that hardly ever look: on a list this takes many times as long as to read and write the
values. Here the value of each root field is first completed as app.api.completion does it. At anything
unusual, an error above all, what has been done is dropped and graphql-core does it at length.
"""

from typing import Any, NoReturn, TypeGuard, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.executor import Executor, to_nodes
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from app.api.completion import (
    Completion,
    Resolution,
    SelectedField,
    Together,
    Unusual,
    leaves,
    lists,
    objects,
)

Plans = dict[tuple[int, ...], Completion]
"""How root fields of a document are completed, by the ids of their nodes."""


class ShortCutExecutor(Executor[Any]):
    """graphql-core's, for resolvers that are all synchronous, read only, and look at no path.

    A resolver below a root field is called once for an object that occurs several times in a list, and a
    second time when something unusual is met.
    """

    _is_at_length = False

    def __init__(self, *args: Any, plans: Plans | None = None, **named: Any) -> None:
        """`plans` are those of the document, kept from one request to the next: what is selected must not
        depend on variables. None: they are made anew.
        """
        super().__init__(*args, **named)
        self._plans = {} if plans is None else plans
        # graphql-core's refer to the executor, as it does to them: with them, what a request leaves behind
        # would lie about until the garbage collector comes, in the midst of another
        self.async_helpers = _NO_HELPERS

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
                [completed] = self._plan(return_type, field_details_list)(self._resolution, [result])
                return completed
            except Exception:  # noqa: BLE001 - whatever it is, it is met again at length, and reported
                self._is_at_length = True
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def _plan(self, return_type: GraphQLOutputType, details: Any) -> Completion:
        # the document, and with it its nodes, outlives its plans
        key = tuple(id(each.node) for each in details)
        if key not in self._plans:
            self._plans[key] = self._completion(return_type, details)
        return self._plans[key]

    def _completion(self, return_type: GraphQLOutputType, details: Any) -> Completion:
        may_be_null, of_type = not is_non_null_type(return_type), get_nullable_type(return_type)
        if is_leaf_type(of_type):
            return leaves(of_type, may_be_null)
        if is_list_type(of_type):
            return lists(self._completion(of_type.of_type, details), may_be_null)
        if not is_object_type(of_type) or of_type.is_type_of is not None:
            raise Unusual
        selected = self.collect_subfields(of_type, details).grouped_field_set
        return objects([self._field(of_type, *each) for each in selected.items()], may_be_null)

    def _field(self, parent: GraphQLObjectType, response_name: str, details: Any) -> SelectedField:
        field: GraphQLField | None = self.schema.get_field(parent, details[0].node.name.value)
        if field is None or self.middleware_manager is not None:
            raise Unusual
        resolve, complete = field.resolve or self.field_resolver, self._completion(field.type, details)
        return SelectedField(response_name, parent, field, resolve, details, complete)

    def _resolution(self, field: SelectedField) -> Resolution:
        """Calls the resolver, with arguments and a description that all objects share."""
        resolve, first = field.resolve, field.details[0]
        arguments: dict[str, Any] = {}
        if field.definition.args:
            arguments = get_argument_values(
                field.definition,
                first.node,
                self.variable_values,
                first.fragment_variable_values,
                self.hide_suggestions,
            )
        info = self.build_resolve_info(
            field.definition,
            to_nodes(field.details),
            field.parent,
            Path(None, field.response_name, field.parent.name),
        )
        if isinstance(resolve, Together):
            return lambda sources: resolve.of_all(sources, info, **arguments)
        return lambda sources: [resolve(source, info, **arguments) for source in sources]


def execute_short(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: object,
    variables: dict[str, Any],
    operation_name: str | None,
    hide_suggestions: bool,
    plans: Plans | None,
) -> ExecutionResult:
    """What graphql-core's execute_sync answers, with `plans` that are kept with the document."""
    executor = ShortCutExecutor.build(
        schema,
        document,
        context_value=context,
        raw_variable_values=variables,
        operation_name=operation_name,
        is_awaitable=_never,
        is_async_iterable=_never,
        hide_suggestions=hide_suggestions,
        plans=plans,
    )
    if isinstance(executor, list):
        return ExecutionResult(None, executor)
    # not awaitable, since nothing in it is
    return cast(ExecutionResult, executor.execute_operation())


def _never(_: Any) -> TypeGuard[Any]:
    return False


def _unforeseen(_: Any) -> NoReturn:
    raise NotImplementedError("resolvers are synchronous")


_NO_HELPERS = GraphQLResolveInfoHelpers(gather=_unforeseen, track=_unforeseen)
