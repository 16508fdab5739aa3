"""GraphQL documents, parsed and checked once per text: that is most of the work of a small request."""

import threading
from collections import OrderedDict

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Source,
    TokenKind,
    validate,
)
from graphql.language.lexer import Lexer
from graphql.language.parser import Parser

from app.api.secret_values import secrets_written_in
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


class Documents:
    """The documents asked for lately, by text. Threads share it."""

    def __init__(self, schema: GraphQLSchema, size: int = MAX_DOCUMENTS) -> None:
        self._schema = schema
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()

    def get(self, text: str) -> DocumentNode:
        """The document of `text`, kept for the next time. Raises InvalidDocument, LimitExceeded."""
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        document = read_document(self._schema, text)
        if len(text) <= MAX_KEPT_LENGTH:
            with self._lock:
                self._kept[text] = document
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
        return document


def read_document(schema: GraphQLSchema, text: str) -> DocumentNode:
    """`text` parsed and checked against `schema`. Raises InvalidDocument, LimitExceeded."""
    literals: list[str] = []
    try:
        source = Source(text)
        literals = _string_literals(source)
        document = Parser(source).parse_document()
        errors = validate(schema, document, max_errors=MAX_ERRORS)
    except GraphQLError as error:
        raise InvalidDocument([error], literals) from None
    except RecursionError:
        raise LimitExceeded("The query is nested too deeply.") from None
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
