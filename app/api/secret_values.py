"""The secrets that a request carries, so that what is said about the request can leave them out."""

from collections.abc import Iterator
from typing import Any

from graphql import DocumentNode, ObjectFieldNode, StringValueNode, Visitor, visit

from app.core.domain.references import parse_reference
from app.core.domain.templates import TEMPLATES, sensitive_keys


def secrets_of(variables: object) -> Iterator[str]:
    """Every text that stands under the name of a sensitive parameter."""
    sensitive = _sensitive_names()
    waiting: list[tuple[Any, bool]] = [(variables, False)]
    while waiting:
        value, is_secret = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((inner, is_secret or key in sensitive) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((inner, is_secret) for inner in value)
        elif is_secret and isinstance(value, str) and not _is_reference(value):
            yield value


def secrets_written_in(document: DocumentNode) -> list[str]:
    """The same for what is written into the document itself."""
    visitor = _SecretLiterals()
    visit(document, visitor)
    return visitor.found


class _SecretLiterals(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._sensitive = _sensitive_names()

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        if node.name.value not in self._sensitive or not isinstance(node.value, StringValueNode):
            return
        if not _is_reference(node.value.value):
            self.found.append(node.value.value)


def _is_reference(text: str) -> bool:
    """A reference is no secret: what is wrong with it is told by its name."""
    try:
        return parse_reference(text) is not None
    except ValueError:
        return False


def _sensitive_names() -> frozenset[str]:
    return frozenset[str]().union(*map(sensitive_keys, TEMPLATES.values()))
