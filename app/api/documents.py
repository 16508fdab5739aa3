"""GraphQL documents, parsed and checked once per text: that is most of the work of a small request."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    Source,
    TokenKind,
    specified_rules,
    validate,
)
from graphql.language.lexer import Lexer
from graphql.language.parser import Parser

from app.api.context import NarrowFields
from app.api.executor import Plans
from app.api.limits import QueryLimits
from app.api.secret_values import secrets_written_in
from app.api.shape import check_shape
from app.core.domain.auth import Role
from app.core.errors import LimitExceeded

MAX_DOCUMENTS = 128
# Longer texts are not worth the memory that their trees take.
MAX_KEPT_LENGTH = 8_000
MAX_TOKENS = 5_000
MAX_ERRORS = 20


class InvalidDocument(Exception):
    """A document that breaks the grammar or the schema; `errors` says where, and may quote `secrets`.

    `document` is what was read, None when the grammar is broken.
    """

    def __init__(
        self, errors: list[GraphQLError], secrets: list[str], document: DocumentNode | None = None
    ) -> None:
        super().__init__("the document is not valid")
        self.errors = errors
        self.secrets = secrets
        self.document = document


@dataclass(frozen=True)
class Document:
    """With what is kept to execute it again; `plans` None: a directive may change what is selected."""

    node: DocumentNode
    plans: Plans | None = None
    known_roles: dict[str | None, Role] = field(default_factory=dict)
    known_costs: dict[Hashable, int] = field(default_factory=dict)
    narrow_fields: NarrowFields = field(default_factory=dict)


class Documents:
    """The documents asked for lately, by text. Threads share it."""

    def __init__(self, schema: GraphQLSchema, limits: QueryLimits, size: int = MAX_DOCUMENTS) -> None:
        self._schema = schema
        self._limits = limits
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def get(self, text: str) -> Document:
        """The document of `text`, kept for the next time. Raises InvalidDocument, LimitExceeded."""
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        document = self.read(text)
        if len(text) <= MAX_KEPT_LENGTH:
            document = Document(document.node, None if "@" in text else {})
            with self._lock:
                self._kept[text] = document
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
        return document

    def read(self, text: str) -> Document:
        """The document of `text`, not kept. Raises InvalidDocument, LimitExceeded."""
        return Document(read_document(self._schema, text, self._limits))


def read_document(schema: GraphQLSchema, text: str, limits: QueryLimits) -> DocumentNode:
    """`text` parsed and checked against `limits` and `schema`. Raises InvalidDocument, LimitExceeded."""
    rules = specified_rules if limits.introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
    literals: list[str] = []
    try:
        source = Source(text)
        literals = _string_literals(source)
        document = Parser(source).parse_document()
        check_shape(document, limits.depth)
        # suggestions would give the schema away piece by piece
        errors = validate(
            schema, document, rules, max_errors=MAX_ERRORS, hide_suggestions=not limits.introspection
        )
    except GraphQLError as error:
        raise InvalidDocument([error], literals) from None
    except RecursionError:
        raise LimitExceeded(f"The query is nested too deeply; the limit is {limits.depth} levels.") from None
    if errors:
        raise InvalidDocument(errors, secrets_written_in(document), document)
    return document


def _string_literals(source: Source) -> list[str]:
    """The texts in quotes, after making sure that there are not too many tokens."""
    lexer = Lexer(source)
    literals: list[str] = []
    for _ in range(MAX_TOKENS):
        token = lexer.advance()
        if token.kind is TokenKind.EOF:
            return literals
        if token.kind in (TokenKind.STRING, TokenKind.BLOCK_STRING):
            literals.append(token.value or "")
    raise LimitExceeded(f"The query is too long: more than {MAX_TOKENS} tokens.")
