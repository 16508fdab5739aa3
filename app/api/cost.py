"""What a query may ask for, counted in objects before any of them is looked for."""

from collections.abc import Hashable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    get_operation_ast,
    is_composite_type,
    is_list_type,
)

from app.api.arguments import MAX_COUNT, MAX_LANES
from app.api.fields import PAGE_SIZE
from app.core.db.overview import LANE_RUNS_LEAST
from app.core.domain.run_steps import StepName
from app.core.errors import LimitExceeded

# The arguments that say how many, and what resolvers cut them to.
PAGING = {"first": PAGE_SIZE, "limit": MAX_COUNT, "count": MAX_COUNT, "endpointLimit": MAX_LANES}
# How many a list without such an argument is taken to hold.
USUAL_ITEMS = 10
ITEMS = {
    "MetadataEndpoint.collections": 1,
    "MetadataCollectionRun.steps": len(StepName),
    "CatalogDataset.fields": 25,
    "CatalogLineage.nodes": 25,
    "CatalogLineage.edges": 25,
    "RunTimelineLane.runs": LANE_RUNS_LEAST,
}
# The digits of a GraphQL Int, and a number beyond every page.
MAX_DIGITS = 11
ANY_NUMBER = 2**31
# How many costs of one document are worth keeping: one for each page size in use.
MAX_KNOWN = 32


def check_cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    variables: Mapping[str, Any],
    max_cost: int,
    known: dict[Hashable, int],
) -> None:
    """Refuse an operation that could ask for more than `max_cost` objects. Raises LimitExceeded.

    `known` are the costs of the document that have been counted before.
    """
    key = _what_cost_depends_on(document, operation_name, variables)
    cost = known.get(key)
    if cost is None:
        cost = objects_asked_for(schema, document, operation_name, variables)
        if len(known) < MAX_KNOWN:
            known[key] = cost
    if cost > max_cost:
        raise LimitExceeded(f"The query asks for up to {cost:,} objects; the limit is {max_cost:,}.")


def objects_asked_for(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]
) -> int:
    """How many objects the operation could ask for; what it selects twice counts twice.

    `variables` are those of the request, of whatever types they are. Introspection counts nothing.
    """
    operation = get_operation_ast(document, operation_name)
    root = schema.get_root_type(operation.operation) if operation is not None else None
    if operation is None or root is None:
        return 0
    return _Estimate(schema, document, operation, variables).of(operation.selection_set, root, None)


def _what_cost_depends_on(
    document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]
) -> Hashable:
    """The operation, and its variables as numbers; empty for one that is not given."""
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        return None
    declared = [node.variable.name.value for node in operation.variable_definitions or ()]
    return id(operation), *(_as_number(variables[name]) if name in variables else "" for name in declared)


def _as_number(given: Any) -> int | None:
    """What the value of a variable counts as; None: null. What is no number may be any number."""
    return given if isinstance(given, int | None) else ANY_NUMBER


class _Estimate:
    """Counts by selection set: each is gone through once for each type and page size it is met with."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._defaults = {
            node.variable.name.value: node.default_value for node in operation.variable_definitions or ()
        }
        self._variables = variables
        self._counted: dict[tuple[int, str, int | None], int] = {}

    def of(self, selections: SelectionSetNode | None, parent: GraphQLNamedType, page: int | None) -> int:
        """The objects below one `parent`; `page`: how many items the lists of a connection hold."""
        if selections is None:
            return 0
        key = (id(selections), parent.name, page)
        if key not in self._counted:
            # fragments in a circle, which validation has refused, end here instead of never
            self._counted[key] = 0
            self._counted[key] = sum(self._of(node, parent, page) for node in selections.selections)
        return self._counted[key]

    def _of(self, node: SelectionNode, parent: GraphQLNamedType, page: int | None) -> int:
        if isinstance(node, FieldNode):
            field = getattr(parent, "fields", {}).get(node.name.value)
            return 0 if field is None else self._of_field(node, field, parent, page)
        fragment = self._fragments.get(node.name.value) if isinstance(node, FragmentSpreadNode) else node
        if not isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode):
            return 0
        condition = fragment.type_condition
        on_type = self._schema.get_type(condition.name.value) if condition else None
        return self.of(fragment.selection_set, on_type or parent, page)

    def _of_field(
        self, node: FieldNode, field: GraphQLField, parent: GraphQLNamedType, page: int | None
    ) -> int:
        of_type = get_named_type(field.type)
        asked = self._items_asked_for(node, field)
        if not is_list_type(get_nullable_type(field.type)):
            return int(is_composite_type(of_type)) + self.of(node.selection_set, of_type, asked)
        items = asked or page
        if is_composite_type(of_type):
            usual = ITEMS.get(f"{parent.name}.{node.name.value}", USUAL_ITEMS)
            return (items or usual) * (1 + self.of(node.selection_set, of_type, None))
        return items or 0  # plain values come with their object, unless a number of them is asked for

    def _items_asked_for(self, node: FieldNode, field: GraphQLField) -> int | None:
        """What the field's paging argument comes to, cut as resolvers cut it; None: it has none."""
        if not field.args:
            return None
        for name in PAGING.keys() & field.args.keys():
            given = [self._number(each.value) for each in node.arguments or () if each.name.value == name]
            declared = field.args[name].ast_node
            default = self._number(declared.default_value if declared else None)
            # null counts as absent
            number = (given[0] if given else None) or default or PAGING[name]
            return min(max(number, 1), PAGING[name])
        return None

    def _number(self, node: ValueNode | None) -> int | None:
        """The whole number that `node` stands for; None: null. What is no number may be any number."""
        if isinstance(node, VariableNode):
            name = node.name.value
            if name not in self._variables:
                return self._number(self._defaults.get(name))
            return _as_number(self._variables[name])
        if node is None or isinstance(node, NullValueNode):
            return None
        if isinstance(node, IntValueNode) and len(node.value) <= MAX_DIGITS:
            return int(node.value)
        return ANY_NUMBER
