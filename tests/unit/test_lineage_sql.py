"""What is taken from the texts of views, per dialect."""

from typing import NamedTuple

import pytest

from worker.lineage.sql import MAX_PAIRS, MAX_TABLES, tables_of, trace
from worker.lineage.views import TableName, Unreadable, View


class Case(NamedTuple):
    """A text, the view's columns, and `table.column>column` of what it is made from; a table read for its
    rows alone stands by itself; `?column` may be made from others too."""

    text: str
    columns: str
    made_from: str


KNOWN = {
    "t": ["id", "a", "data"],
    "u": ["id", "b"],
    "Odd": ["Id", "FullName"],
}
SCHEMAS = {"postgres": "public", "mysql": "shop", "sqlite": "main"}

POSTGRES = {
    "columns": Case("SELECT t.id, t.a AS x FROM public.t", "id x", "t.id>id t.a>x"),
    "expression": Case("SELECT coalesce(a, id) AS x FROM public.t", "x", "t.a>x t.id>x"),
    "constant": Case("SELECT 1 AS one FROM public.t", "one", "t"),
    "no table": Case("SELECT now() AS at", "at", ""),
    "values": Case("VALUES (1, 2)", "column1 column2", ""),
    "quoted": Case('SELECT "Odd"."FullName" AS n FROM public."Odd"', "n", "Odd.FullName>n"),
    "star": Case("SELECT * FROM public.u", "id b", "u.id>id u.b>b"),
    "renamed by the view": Case("SELECT id, b FROM public.u", "x y", "u.id>x u.b>y"),
    "renamed in FROM": Case("SELECT x.p, x.b FROM public.u x(p)", "p b", "u.id>p u.b>b"),
    "join": Case("SELECT t.a, u.b FROM ((public.t JOIN public.u ON ((t.id = u.id))))", "a b", "t.a>a u.b>b"),
    "using": Case("SELECT id FROM public.t JOIN public.u USING (id)", "id", "t.id>id u.id>id"),
    "natural join": Case("SELECT a, b FROM public.t NATURAL JOIN public.u", "a b", "t.a>a u.b>b"),
    "itself twice": Case("SELECT x.a, y.id FROM public.t x, public.t y", "a id", "t.a>a t.id>id"),
    "filter only": Case("SELECT a FROM public.t WHERE id IN (SELECT id FROM public.u)", "a", "t.a>a u"),
    "exists": Case("SELECT EXISTS (SELECT 1 FROM public.u WHERE u.id = t.id) AS e FROM public.t", "e", "t u"),
    "scalar subquery": Case("SELECT (SELECT max(b) FROM public.u) AS m FROM public.t", "m", "t u.b>m"),
    "derived table": Case("SELECT s.a FROM (SELECT * FROM public.t) s", "a", "t.a>a"),
    "brackets": Case("((SELECT a FROM public.t))", "a", "t.a>a"),
    "union": Case("SELECT a FROM public.t UNION ALL (SELECT b FROM public.u LIMIT 1)", "x", "t.a>x u.b>x"),
    "cte": Case("WITH c AS (SELECT b FROM public.u) SELECT c.b FROM c", "b", "u.b>b"),
    "cte called as its table": Case("WITH t AS (SELECT * FROM public.t) SELECT a FROM t", "a", "t.a>a"),
    "recursive": Case(
        """WITH RECURSIVE r(x, y) AS (SELECT id, a FROM public.t UNION ALL SELECT r.y, u.b
               FROM public.u JOIN r ON r.x = u.id) SELECT x, y FROM r""",
        "x y",
        "t.a>x t.a>y t.id>x u.b>x u.b>y",
    ),
    "window": Case(
        "SELECT sum(a) OVER (PARTITION BY id ORDER BY data) AS s FROM public.t", "s", "t.a>s t.data>s t.id>s"
    ),
    "function in FROM": Case("SELECT g.n FROM public.t, generate_series(1, t.a) g(n)", "n", "t.a>n"),
    "lateral": Case(
        "SELECT e.key FROM public.t, LATERAL jsonb_each(t.data) e(key, value)", "key", "t.data>key"
    ),
    "lateral query": Case(
        "SELECT t.a, l.b FROM public.t, LATERAL (SELECT u.b FROM public.u WHERE u.id = t.id) l",
        "a b",
        "t.a>a u.b>b",
    ),
    "lateral query, renamed": Case(
        "SELECT l.n, l.b FROM public.t LEFT JOIN LATERAL (SELECT u.id, u.b FROM public.u) l(n) ON true",
        "n b",
        "t u.b>b u.id>n",
    ),
    "row of a lateral query": Case(
        "SELECT to_json(l.*) AS j FROM public.t, LATERAL (SELECT * FROM public.u) l", "j", "t u.b>j u.id>j"
    ),
    "query in a lateral function": Case(
        "SELECT g.n FROM public.t, LATERAL unnest((SELECT array_agg(u.b) FROM public.u)) g(n)", "n", "t u ?n"
    ),
    "function of a schema": Case("SELECT f.n, t.a FROM public.t, public.f() f(n)", "n a", "t.a>a ?n"),
    "lateral function of a schema": Case(
        "SELECT f.n FROM public.t, LATERAL public.f(t.a) f(n)", "n", "t.a>n ?n"
    ),
    "function of a schema alone": Case("SELECT f.n FROM public.f() f(n)", "n", "?n"),
    "function of the system alone": Case("SELECT g.n FROM generate_series(1, 2) g(n)", "n", ""),
    "unnest": Case("SELECT e.k FROM public.t, unnest(t.data) e(k)", "k", "t.data>k"),
    "json table": Case(
        "SELECT j.n FROM public.t, JSON_TABLE(t.data, '$[*]' COLUMNS (n integer PATH '$.a')) j",
        "n",
        "t.data>n",
    ),
    "whole row": Case("SELECT to_json(u.*) AS j, u FROM public.u", "j u", "u.b>j u.b>u u.id>j u.id>u"),
    "composite": Case("SELECT (t.data).f AS f FROM public.t", "f", "t.data>f"),
    "collation": Case('SELECT (a COLLATE pg_catalog."C") AS a FROM public.t', "a", "t.a>a"),
    "operator of a schema": Case(
        "SELECT a OPERATOR(pg_catalog.+) id AS s FROM public.t", "s", "t.a>s t.id>s"
    ),
    "aggregate": Case("SELECT count(*) FILTER (WHERE (a > 1)) AS n FROM public.t", "n", "t.a>n"),
    "system column": Case("SELECT id, tableoid FROM public.t", "id tableoid", "t.id>id ?tableoid"),
    "unknown table": Case("SELECT z.q FROM public.z", "q", "z.q>q"),
    "star of an unknown table": Case("SELECT * FROM public.z", "q", "z ?q"),
    "one of two unknown": Case("SELECT q FROM public.y, public.z", "q", "y z ?q"),
    "of the system": Case("SELECT relname FROM pg_class", "relname", "pg_catalog.pg_class.relname>relname"),
    "with a comment": Case("SELECT id /* '; */ -- x\nFROM public.t", "id", "t.id>id"),
}
MYSQL = {
    "three parts": Case(
        "select `shop`.`t`.`id` AS `id`,`other`.`t`.`q` AS `q` from (`shop`.`t` join `other`.`t`)",
        "id q",
        "t.id>id other.t.q>q",
    ),
    "alias": Case("select `x`.`a` AS `a` from `shop`.`t` `x`", "a", "t.a>a"),
    "columns in any case": Case("select `x`.`FULLNAME` AS `n` from `shop`.`Odd` `x`", "n", "Odd.FullName>n"),
    "tables in their case": Case("select `x`.`id` AS `id` from `shop`.`T` `x`", "id", "T.id>id"),
    "bare name": Case("select `a` from `t`", "a", "t.a>a"),
    "if and group_concat": Case(
        "select if(`a` > 1, `id`, NULL) AS `i`, group_concat(`data` separator ',') AS `g` from `shop`.`t`",
        "i g",
        "t.a>i t.data>g t.id>i",
    ),
}
SQLITE = {
    "create view": Case("CREATE VIEW IF NOT EXISTS v AS SELECT a FROM t", "a", "t.a>a"),
    "named columns": Case("CREATE TEMP VIEW v (x, y) AS SELECT * FROM u", "x y", "u.id>x u.b>y"),
    "any case": Case("create view v as select [ID] as n from T", "n", "T.id>n"),
    "of main": Case('CREATE VIEW "v w" AS SELECT main.t.id, t.a FROM t', "id a", "t.a>a t.id>id"),
    "json_each": Case("CREATE VIEW v AS SELECT j.key FROM t, json_each(t.data) j", "key", "t.data>key"),
    "row id": Case("CREATE VIEW v AS SELECT rowid AS r FROM t", "r", "t ?r"),
}


@pytest.mark.parametrize("case", POSTGRES.values(), ids=POSTGRES.keys())
def test_postgres(case: Case) -> None:
    assert made_from("postgres", case) == sorted(case.made_from.split())


@pytest.mark.parametrize("case", MYSQL.values(), ids=MYSQL.keys())
def test_mysql(case: Case) -> None:
    assert made_from("mysql", case) == sorted(case.made_from.split())


@pytest.mark.parametrize("case", SQLITE.values(), ids=SQLITE.keys())
def test_sqlite(case: Case) -> None:
    assert made_from("sqlite", case) == sorted(case.made_from.split())


UNREADABLE = {
    "nothing": "",
    "nonsense": "SELECT ((((a",
    "unclosed": "SELECT 'a",
    "two statements": "SELECT 1; SELECT 2",
    "no query": "DROP TABLE metadata_endpoints",
    "a program": "COPY t TO PROGRAM 'touch here'",
    "what sqlglot does not know": "SELECT j.id FROM t JOIN u USING (id) AS j",
    "too deep": f"SELECT {'(' * 10_000}1{')' * 10_000}",
    "too long": f"SELECT '{'a' * 5_000_000}'",
    "too many tables": "SELECT 1 FROM " + ", ".join(f"t{n}" for n in range(MAX_TABLES + 1)),
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_said_without_quoting_it(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        tables_of(View("postgres", "public", ("a",), text))
    assert str(caught.value).startswith("The view")
    assert not [word for word in ("SELECT", "DROP", "COPY", "aaa", "((") if word in str(caught.value)]


def test_a_text_that_cannot_be_followed_still_names_its_tables() -> None:
    view = View("postgres", "public", ("a",), "SELECT x.a FROM public.t x, public.u x")
    traced = trace(view, {})
    assert traced.pairs == {TableName("public", "t"): [], TableName("public", "u"): []}
    assert traced.unknown == ("a",)
    assert traced.note is not None


def test_other_columns_than_the_views_are_not_taken_for_its_own() -> None:
    traced = trace(View("postgres", "public", ("a", "b"), "SELECT a FROM public.t"), {})
    assert (traced.pairs, traced.unknown) == ({TableName("public", "t"): []}, ("a", "b"))


def test_more_pairs_than_anybody_reads_are_left_out() -> None:
    columns = [f"c{number}" for number in range(100)]
    text = "SELECT " + ", ".join(f"to_json(t.*) AS {column}" for column in columns)
    known = {TableName("public", "t"): columns}
    traced = trace(View("postgres", "public", tuple(columns), f"{text} FROM public.t"), known)
    assert len(columns) ** 2 > MAX_PAIRS
    assert (traced.pairs, len(traced.unknown)) == ({TableName("public", "t"): []}, 100)


def made_from(template: str, case: Case) -> list[str]:
    """What is found, written as in a case; names of the case's own schema without it."""
    own = SCHEMAS[template]
    view = View(template, own, tuple(case.columns.split()), case.text)
    known = {
        table: columns
        for table in tables_of(view)
        for name, columns in KNOWN.items()
        if table.schema == own
        and (table.name == name or (template == "sqlite" and table.name.lower() == name))
    }
    traced = trace(view, known)
    assert traced.note is None
    found = [f"?{column}" for column in traced.unknown]
    for table, pairs in traced.pairs.items():
        name = table.name if table.schema == own else f"{table.schema}.{table.name}"
        found += [f"{name}.{a}>{b}" for a, b in pairs] or [name]
    return sorted(found)
