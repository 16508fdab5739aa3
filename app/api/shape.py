"""How big a document is, by its text alone. Bounded before it is validated, which takes quadratic time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from app.core.errors import LimitExceeded

MAX_SELECTIONS = 500
MAX_ALIASES = 100
MAX_DIRECTIVES = 50
MAX_DEFINITIONS = 50
MAX_OPERATIONS = 10
MAX_ROOT_FIELDS = 50
# What tools send to read the schema is 15 levels deep: a type is wrapped in lists and non-nulls.
MAX_INTROSPECTION_DEPTH = 20
INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})


@dataclass(frozen=True)
class Extent:
    """Of a selection set with its fragments: the fields at its top, and the levels of fields in it."""

    width: int = 0
    depth: int = 0
    introspection_depth: int = 0


def check_shape(document: DocumentNode, max_depth: int) -> None:
    """Refuse a document that is too big in any respect, be it valid or not.

    Raises LimitExceeded; RecursionError when its fragments are chained too far to follow.
    """
    definitions = document.definitions
    operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
    selections = [selection for node in definitions for selection in _selections(node)]
    aliases = [node for node in selections if isinstance(node, FieldNode) and node.alias is not None]
    _check("has", len(definitions), MAX_DEFINITIONS, "operations and fragments")
    _check("has", len(operations), MAX_OPERATIONS, "operations")
    _check("has", len(selections), MAX_SELECTIONS, "fields and fragments to select")
    _check("has", len(aliases), MAX_ALIASES, "aliases")
    _check("has", _directives(definitions, selections), MAX_DIRECTIVES, "directives")

    extents = _Extents(document)
    for extent in (extents.of(_selection_set(operation)) for operation in operations):
        _check("has", extent.width, MAX_ROOT_FIELDS, "fields at its root")
        _check("is", extent.depth, max_depth, "levels deep")
        _check("is", extent.introspection_depth, MAX_INTROSPECTION_DEPTH, "levels of introspection deep")


class _Extents:
    """Measures selection sets; each fragment once, however often and from wherever it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._measured: dict[str, Extent] = {}

    def of(self, selections: Sequence[SelectionNode]) -> Extent:
        parts = [self._of_selection(selection) for selection in selections]
        return Extent(
            sum(part.width for part in parts),
            max((part.depth for part in parts), default=0),
            max((part.introspection_depth for part in parts), default=0),
        )

    def _of_selection(self, selection: SelectionNode) -> Extent:
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value)
        inner = self.of(_selection_set(selection))
        if not isinstance(selection, FieldNode):
            return inner
        if selection.name.value in INTROSPECTION_FIELDS:
            return Extent(1, introspection_depth=inner.depth + 1)
        return Extent(1, inner.depth + 1, inner.introspection_depth)

    def _of_fragment(self, name: str) -> Extent:
        if name not in self._measured:
            # a fragment that spreads itself, which validation will refuse, ends here instead of never
            self._measured[name] = Extent()
            fragment = self._fragments.get(name)
            self._measured[name] = self.of(_selection_set(fragment) if fragment else ())
        return self._measured[name]


def _selections(definition: DefinitionNode) -> Iterator[SelectionNode]:
    pending = [_selection_set(definition)]
    while pending:
        for selection in pending.pop():
            yield selection
            pending.append(_selection_set(selection))


def _selection_set(node: DefinitionNode | SelectionNode) -> Sequence[SelectionNode]:
    found: SelectionSetNode | None = getattr(node, "selection_set", None)
    return found.selections if found is not None else ()


def _directives(definitions: Sequence[DefinitionNode], selections: Sequence[SelectionNode]) -> int:
    variables = [
        variable
        for node in definitions
        if isinstance(node, OperationDefinitionNode)
        for variable in node.variable_definitions or ()
    ]
    nodes: Sequence[Node] = [*definitions, *variables, *selections]
    return sum(len(getattr(node, "directives", None) or ()) for node in nodes)


def _check(verb: str, value: int, limit: int, unit: str) -> None:
    if value > limit:
        raise LimitExceeded(f"The query {verb} {value:,} {unit}; the limit is {limit:,}.")
