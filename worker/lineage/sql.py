"""What a view's text says: which tables it reads, and which of its columns are made from which of theirs.

The text is anybody's, and sqlglot is not made for hostile texts: only the parser's own process calls this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope, find_all_in_scope, traverse_scope
from sqlglot.schema import MappingSchema

from worker.lineage.views import TableName, Traced, Unreadable, View

# More than any text written by a person has; a program's can always be longer.
MAX_TEXT_CHARACTERS = 500_000
MAX_TABLES = 500
MAX_PAIRS = 5000
# The texts of a batch are read twice: for their tables, and when the columns of those are known.
PARSED_TEXTS_KEPT = 64

# How sqlglot is to read each template's SQL. MySQL's columns are the same in any case.
_DIALECTS = {
    "postgres": "postgres",
    "mysql": "mysql, normalization_strategy = case_insensitive",
    "sqlite": "sqlite",
}
# The connector reads with an empty search path: what stands without a schema is the system's own.
_SCHEMA_OF_BARE_NAMES = {"postgres": "pg_catalog"}


def tables_of(view: View) -> list[TableName]:
    """The tables that the view reads, each once. Raises Unreadable."""
    tables = [_name_of(view, table) for table in _tables_in(_parsed(view.template, view.text))]
    found = list(dict.fromkeys(tables))
    if len(found) > MAX_TABLES:
        raise Unreadable(f"The view reads more than {MAX_TABLES} tables.")
    return found


def trace(view: View, known: Mapping[TableName, Sequence[str]]) -> Traced:
    """Which of the view's columns are made from which of the tables'. `known`: columns of tables, in order.

    Raises Unreadable when not even the tables can be told.
    """
    tables = tables_of(view)
    try:
        return _Tracing(view, known).run()
    except (
        SqlglotError,
        RecursionError,
        ArithmeticError,
        LookupError,
        AttributeError,
        TypeError,
        ValueError,
    ):
        # all but the first are what sqlglot does with texts that it did not foresee
        return Traced({name: [] for name in tables}, view.columns, "Its text is beyond what can be followed.")


@lru_cache(PARSED_TEXTS_KEPT)
def _parsed(template: str, text: str) -> exp.Query:
    if len(text) > MAX_TEXT_CHARACTERS:
        raise Unreadable(f"The view's text is longer than {MAX_TEXT_CHARACTERS:,} characters.")
    try:
        statements = [each for each in sqlglot.parse(text, dialect=_DIALECTS[template]) if each is not None]
    except SqlglotError:
        raise Unreadable("The view's text cannot be parsed.") from None
    except RecursionError:
        raise Unreadable("The view's text is nested too deeply to be parsed.") from None
    if len(statements) != 1:
        raise Unreadable("The view's text is not one statement.")
    query = statements[0].expression if isinstance(statements[0], exp.Create) else statements[0]
    if isinstance(query, exp.Values):
        return exp.select("*").from_(query)
    while isinstance(query, exp.Subquery):  # brackets around the whole
        query = query.this
    if isinstance(query, exp.Command):  # what sqlglot makes of a statement that it cannot parse
        raise Unreadable("The view's text cannot be parsed.")
    if not isinstance(query, exp.Query):
        raise Unreadable("The view's text is no query.")
    return query


def _tables_in(query: exp.Query) -> list[exp.Table]:
    """Where tables stand in the query, names of its own (common table expressions) aside."""
    try:
        scopes = traverse_scope(query)
        sources = [source for scope in scopes for source in scope.sources.values()]
    except (SqlglotError, RecursionError):  # the same alias twice, for one
        own = {cte.alias for cte in query.find_all(exp.CTE)}
        sources = [table for table in query.find_all(exp.Table) if table.db or table.name not in own]
    # sqlglot passes over queries among the arguments of functions that make rows
    sources += [table for table in query.find_all(exp.Table) if table.db]
    tables = {id(source): source for source in sources if _is_named(source)}
    return [table for table in tables.values() if isinstance(table, exp.Table)]


def _is_named(source: object) -> bool:
    """Whether it is a table, and not a function that makes rows."""
    return isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier)


def _name_of(view: View, table: exp.Table) -> TableName:
    fold_bare = view.template == "postgres"

    def spelt(identifier: exp.Expr | None) -> str | None:
        if not isinstance(identifier, exp.Identifier):
            return None
        return identifier.name if identifier.quoted or not fold_bare else identifier.name.lower()

    schema = spelt(table.args.get("db")) or _SCHEMA_OF_BARE_NAMES.get(view.template, view.schema)
    return TableName(schema, spelt(table.this) or "")


@dataclass(frozen=True)
class _Occurrence:
    """A place where a table is read: the table, and its exact columns by the names they have there."""

    table: TableName
    columns: Mapping[str, str]
    is_known: bool


@dataclass
class _Tracing:
    """One view's columns, followed to where they come from.

    Every place where a table is read gets a name of its own first: what a name means is settled by then.
    """

    view: View
    known: Mapping[TableName, Sequence[str]]
    places: dict[str, _Occurrence] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)
    direct: dict[tuple[int, int | str], "_Origins"] = field(default_factory=dict)

    def run(self) -> Traced:
        query = _parsed(self.view.template, self.view.text).copy()
        self._name_places(query)
        columns = {place: dict.fromkeys(occurrence.columns, "") for place, occurrence in self.places.items()}
        dialect = _DIALECTS[self.view.template]
        schema = MappingSchema({k: v for k, v in columns.items() if v}, dialect=dialect, normalize=False)
        qualified = qualify(
            query, dialect=dialect, schema=schema, validate_qualify_columns=False, quote_identifiers=False
        )
        scope = build_scope(qualified)
        pairs: dict[TableName, list[tuple[str, str]]] = {each.table: [] for each in self.places.values()}
        selects = [] if scope is None else _selects(scope)
        if scope is None or len(selects) != len(self.view.columns):
            return Traced(pairs, self.view.columns, "Its text does not tell its columns one by one.")
        self.scopes = {id(each.expression): each for each in scope.traverse()}
        unknown = []
        for position, column in enumerate(self.view.columns):
            found = self._origins_of(scope, position)
            if found.is_open:
                unknown.append(column)
            for table, origin in sorted(found.columns, key=str):
                pairs[table].append((origin, column))
        if sum(map(len, pairs.values())) > MAX_PAIRS:
            note = f"Its columns are made from others in more than {MAX_PAIRS:,} ways."
            return Traced({table: [] for table in pairs}, self.view.columns, note)
        return Traced(pairs, tuple(unknown))

    # ---------------------------------------------------------------- names
    def _name_places(self, query: exp.Query) -> None:
        columns = list(query.find_all(exp.Column))
        with_schema = {(column.db, column.table) for column in columns if column.db}
        shown_as: dict[tuple[str, str], str] = {}
        for number, table in enumerate(_tables_in(query)):
            name = _name_of(self.view, table)
            alias = table.args.get("alias")
            renamed = [each.name for each in alias.columns] if isinstance(alias, exp.TableAlias) else []
            place = f"place_{number}"
            self.places[place] = self._occurrence(name, renamed)
            if alias is None or alias.this is None:
                shown = table.this.copy()
                if (name.schema or "", table.name) in with_schema:
                    # its columns are written with the schema: so that is part of what it is called by
                    shown = exp.to_identifier(f"{name.schema}.{table.name}", quoted=True)
                    shown_as[name.schema or "", table.name] = shown_as["", table.name] = shown.name
                table.set("alias", exp.TableAlias(this=shown))
            elif renamed:
                alias.set("columns", None)
            table.set("this", exp.to_identifier(place, quoted=True))
            table.set("db", None)
            table.set("catalog", None)
        for column in columns:
            shown_name = shown_as.get((column.db, column.table))
            if shown_name is not None:
                column.set("table", exp.to_identifier(shown_name, quoted=True))
                column.set("db", None)
                column.set("catalog", None)

    def _occurrence(self, name: TableName, renamed: Sequence[str]) -> _Occurrence:
        exact = self.known.get(name, ())
        shown = [*renamed, *exact[len(renamed) :]]
        folded = shown if self.view.template == "postgres" else [each.lower() for each in shown]
        return _Occurrence(name, dict(zip(folded, exact, strict=False)), bool(exact))

    # ---------------------------------------------------------------- columns
    def _origins_of(self, scope: Scope, column: int) -> "_Origins":
        """Where a column of the view comes from, through all the queries within it."""
        found = _Origins()
        waiting: list[tuple[Scope, int | str]] = [(scope, column)]
        seen = set[tuple[int, int | str]]()
        while waiting:
            inner, wanted = waiting.pop()
            inner = self._whole(inner)
            key = (id(inner.expression), wanted)
            if key in seen:  # a recursive query meets itself
                continue
            seen.add(key)
            if key not in self.direct:
                self.direct[key] = self._look_up(inner, wanted)
            direct = self.direct[key]
            found.add(direct)
            waiting.extend(direct.further)
        return found

    def _whole(self, scope: Scope) -> Scope:
        """The scope itself; for what a recursive query calls by its own name, the whole of that query."""
        known = self.scopes.get(id(scope.expression), scope)
        outer = scope.expression.parent
        if known is not scope and isinstance(outer, exp.SetOperation):
            return self.scopes.get(id(outer), known)
        return known

    def _look_up(self, scope: Scope, column: int | str) -> "_Origins":
        """Where a column of one query comes from, by its place or by its name: one step."""
        if isinstance(scope.expression, exp.UDTF):
            query = _lateral_query(scope)
            if query is None:
                has_schema = isinstance(scope.expression.this, exp.Dot)
                return self._of_function(scope, scope.expression, has_schema=has_schema)
            renamed = scope.expression.alias_column_names
            return _Origins(further=[(query, renamed.index(column) if column in renamed else column)])
        selects = _selects(scope)
        if isinstance(column, str):
            named = (number for number, each in enumerate(selects) if each.alias_or_name == column)
            column = next(named, len(selects))
        if column >= len(selects) or selects[column].is_star:
            return _Origins(is_open=True)
        if isinstance(scope.expression, exp.SetOperation):
            return _Origins(further=[(branch, column) for branch in scope.set_operation_scopes])
        if isinstance(scope.expression, exp.Subquery):
            return _Origins(further=[(inner, column) for inner in scope.subquery_scopes])
        return self._of_expression(scope, selects[column])

    def _of_expression(self, scope: Scope, expression: exp.Expr) -> "_Origins":
        """Where all that the expression takes comes from."""
        found = _Origins()
        for column in find_all_in_scope(expression, exp.Column):
            if isinstance(column.parent, exp.Collate) and column.arg_key == "expression":
                continue  # the name of a collation
            found.add(self._of_column(scope, column))
        for row in find_all_in_scope(expression, exp.TableColumn):
            found.add(self._of_row(scope.sources.get(row.name)))
        inner = {id(each.expression): each for each in scope.subquery_scopes}
        for query in find_all_in_scope(expression, exp.Query):
            bare = query.unnest() if isinstance(query, exp.Subquery) else query
            found.add(_all_columns(inner[id(bare)]) if id(bare) in inner else _Origins(is_open=True))
        return found

    def _of_function(self, scope: Scope, function: exp.Expr, *, has_schema: bool) -> "_Origins":
        """Where the rows that a function makes come from: its arguments, and what else it reads unless it is
        the system's own, whose names stand without a schema."""
        found = self._of_expression(scope, function)
        found.is_open |= has_schema
        return found

    def _of_column(self, scope: Scope, column: exp.Column) -> "_Origins":
        named = {name: source for name, source in scope.sources.items() if name}
        if not column.table and column.name in named:
            return self._of_row(named[column.name])
        # what sqlglot leaves without a table can only be of the one that there is
        source = named.get(column.table) if column.table or len(named) != 1 else next(iter(named.values()))
        if isinstance(column.this, exp.Star):
            return self._of_row(source)
        if isinstance(source, Scope):
            return _Origins(further=[(source, column.name)])
        if not isinstance(source, exp.Table) or source.this is None:
            return _Origins(is_open=True)
        if not _is_named(source):
            return self._of_function(scope, source.this, has_schema=bool(source.db))
        place = self.places[source.name]
        if place.is_known and column.name not in place.columns:
            return _Origins(is_open=True)
        return _Origins({(place.table, place.columns.get(column.name, column.name))})

    def _of_row(self, source: object) -> "_Origins":
        """Where the whole rows of a source come from."""
        if isinstance(source, Scope):
            return _all_columns(source)
        if not isinstance(source, exp.Table) or not _is_named(source):
            return _Origins(is_open=True)
        place = self.places[source.name]
        return _Origins({(place.table, each) for each in place.columns.values()}, not place.is_known)


@dataclass
class _Origins:
    """The columns that something is made from. `is_open`: there may be others; `further`: columns of queries
    within the view that it is made from."""

    columns: set[tuple[TableName, str]] = field(default_factory=set)
    is_open: bool = False
    further: list[tuple[Scope, int | str]] = field(default_factory=list)

    def add(self, other: "_Origins") -> None:
        self.columns |= other.columns
        self.is_open |= other.is_open
        self.further += other.further


def _lateral_query(scope: Scope) -> Scope | None:
    """The query of a LATERAL (SELECT …); None for a function that makes rows."""
    is_query = isinstance(scope.expression.this, exp.Subquery)
    return scope.subquery_scopes[-1] if is_query else None


def _all_columns(scope: Scope) -> _Origins:
    if isinstance(scope.expression, exp.UDTF):
        scope = _lateral_query(scope) or scope
    count = 1 if isinstance(scope.expression, exp.UDTF) else len(_selects(scope))
    return _Origins(further=[(scope, number) for number in range(count)])


def _selects(scope: Scope) -> list[exp.Expr]:
    return list(getattr(scope.expression, "selects", None) or ())
