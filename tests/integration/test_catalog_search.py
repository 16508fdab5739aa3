"""What merges bring is found: by each kind of match, the best first, as long as it is there."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from app.cli.embedded_postgres import APP_ROLE, SUPERUSER, EmbeddedPostgres
from app.core.db.catalog_search import count_facets, search_datasets
from app.core.db.migrate import MIGRATIONS_DIR, migrate
from app.core.db.pool import open_pool
from app.core.domain.catalog import DatasetFilter, DatasetKind
from app.core.domain.catalog_search import Match, MatchField, MatchKind, explain_match
from app.core.errors import BadInput
from tests.integration.persisting import Staging, Table, collect, insert_endpoint, rows, written

Db = Connection[Any]
# how many datasets a search gives at most, however many there are
MOST_HITS = 2_000


@dataclasses.dataclass(frozen=True)
class Described(Table):
    """A table with comments: on itself, and on columns by their names."""

    comment: str | None = None
    column_comments: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        plain = super().document()
        columns = [c | {"comment": self.column_comments.get(c["name"])} for c in plain["columns"]]
        return plain | {"comment": self.comment, "columns": columns}


@pytest.fixture
def conn(database: str) -> Iterator[Db]:
    """A connection as the web application has them."""
    pool = open_pool(database, name="test", max_size=1)
    try:
        with pool.connection() as connection:
            yield connection
    finally:
        pool.close()


@pytest.fixture
def source(conn: Db) -> UUID:
    return insert_endpoint(conn)


def found(conn: Db, search: str, **conditions: Any) -> list[str]:
    """The names of what a search finds, best first; they are as many as it counts, and each says why."""
    wanted = DatasetFilter(search=search, **conditions)
    hits = search_datasets(conn, wanted, search, 100)
    assert hits.total == len(hits.datasets)
    assert all(explain_match(search, dataset) for dataset in hits.datasets)
    return [dataset.name for dataset in hits.datasets]


def test_the_best_match_comes_first(conn: Db, source: UUID) -> None:
    staged = [
        Described("in_a_comment", comment="What the customer wants"),
        Table("misspelled", columns=["custmer"]),
        Table("by_part_of_column", columns=["old_customer"]),
        Table("by_start_of_column", columns=["customer_id"]),
        Table("by_column", columns=["Customer"]),
        Table("in_schema", schema="all_customers"),
        Table("old_customers"),
        Table("customers_2025"),
        Table("CUSTOMER"),
        Table("unlike"),
    ]
    collect(conn, source, Staging(staged))
    assert found(conn, "customer") == [
        "CUSTOMER",
        "customers_2025",
        "old_customers",
        "in_schema",
        "by_column",
        "by_start_of_column",
        "by_part_of_column",
        "misspelled",
        "in_a_comment",
    ]


@pytest.mark.parametrize("search", ["customer_id", "CustomerId", "CUSTOMER-ID", "customerid", "customer id"])
def test_names_are_one_whatever_their_case_and_separators(conn: Db, source: UUID, search: str) -> None:
    spellings = ["customer_id", "CustomerId", "CUSTOMER_ID", "customer-id", "customerid"]
    collect(conn, source, Staging([Table(f"t{n}", columns=[name]) for n, name in enumerate(spellings)]))
    assert found(conn, search) == ["t0", "t1", "t2", "t3", "t4"]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("100%", ["100%_sure"]),
        ("%", ["100%_sure"]),
        ("_", ["100%_sure", "a_b"]),
        (".", []),
        ("a_b", ["a_b"]),
        ("\\", ["back\\slash"]),
        ("back\\sl", ["back\\slash"]),
        ("'; DROP TABLE x; --", []),
        ("größe", ["GRÖSSE", "Größe"]),
        ("GRÖSSE", ["GRÖSSE"]),
        ("顧客", ["顧客表"]),
        ("客", ["顧客表"]),
        ("🙂", ["t🙂"]),
        ("public.a", ["a_b", "axb"]),
        ("db.public.a_b", ["a_b"]),
        ("other.a_b", []),
        ("no such thing at all", []),
        ("x" * 255, []),
        ("& | ! <-> :*", []),
    ],
)
def test_what_is_searched_for_is_taken_literally(
    conn: Db, source: UUID, search: str, names: list[str]
) -> None:
    staged = ["100%_sure", "a_b", "axb", "back\\slash", "Größe", "GRÖSSE", "顧客表", "t🙂", "1000"]
    collect(conn, source, Staging([Table(name) for name in staged]))
    assert sorted(found(conn, search)) == sorted(names)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("outstanding", ["invoices"]),
        ("amounts outst", ["invoices"]),
        ("gross", ["invoices"]),
        ("E-MAIL", ["people"]),
        ("address where bills go", ["people"]),
        ("outstanding address", []),
        ("tstanding", []),
    ],
)
def test_comments_are_searched_for_words(conn: Db, source: UUID, search: str, names: list[str]) -> None:
    staged = [
        Described("invoices", comment="Outstanding amounts, net/gross."),
        Described("people", columns=["a"], column_comments={"a": "The e-mail address: where bills go"}),
        Table("uncommented"),
    ]
    collect(conn, source, Staging(staged))
    assert found(conn, search) == names


def test_what_lies_in_a_place_is_found_by_the_place(conn: Db, source: UUID) -> None:
    staged = [Table("orders", schema="shop"), Table("lines", schema="shop"), Table("orders"), Table("shop_x")]
    collect(conn, source, Staging(staged))
    assert sorted(found(conn, "db.shop.")) == ["lines", "orders"]
    assert found(conn, "DB.Shop.ord") == ["orders"]
    assert found(conn, "db.shops.") == []


def test_what_ten_datasets_have_is_not_misspelled(conn: Db, source: UUID) -> None:
    nine = [Table(f"customer_{number}") for number in range(9)]
    collect(conn, source, Staging([*nine, Table("custmer")]))
    assert found(conn, "customer")[9:] == ["custmer"]
    collect(conn, source, Staging([*nine, Table("custmer"), Table("old_customer")]))
    assert found(conn, "customer")[9:] == ["old_customer"]


def test_a_match_names_what_was_met(conn: Db, source: UUID) -> None:
    staged = [
        Described("orders", columns=["id", "CustomerNo"], column_comments={"id": "Counted up"}),
        Table("facts", schema="sales"),
    ]
    collect(conn, source, Staging(staged))

    def match(search: str) -> Match | None:
        [dataset] = search_datasets(conn, DatasetFilter(), search, 10).datasets
        return explain_match(search, dataset)

    assert match("customer") == Match(MatchField.COLUMN, MatchKind.PREFIX, "CustomerNo", "CustomerNo")
    assert match("cusomerno") == Match(MatchField.COLUMN, MatchKind.FUZZY, "CustomerNo", "CustomerNo")
    assert match("Oorders") == Match(MatchField.NAME, MatchKind.FUZZY, "orders")
    assert match("sale") == Match(MatchField.SCHEMA, MatchKind.PREFIX, "sales")
    assert match("counted") == Match(MatchField.COLUMN_COMMENT, MatchKind.WORDS, "Counted up", "id")
    assert match("public.orders") == Match(MatchField.NAME, MatchKind.EXACT, "public.orders")


def test_what_changes_is_found_as_it_is_now_and_what_is_gone_no_longer(conn: Db, source: UUID) -> None:
    kept = [Table(f"kept_{number}") for number in range(20)]
    collect(conn, source, Staging([Table("orders", columns=["customer"]), *kept]))
    collect(conn, source, Staging([Table("orders", columns=["client"]), *kept]))
    assert found(conn, "customer") == []
    assert found(conn, "client") == ["orders"]
    collect(conn, source, Staging(kept))
    assert found(conn, "client") == []
    assert found(conn, "client", include_removed=True) == ["orders"]
    collect(conn, source, Staging([Table("orders", columns=["client"]), *kept]))
    assert found(conn, "client") == ["orders"]
    conn.execute("UPDATE metadata_endpoints SET deleted_at = now() WHERE id = %s", [source])
    assert found(conn, "client", include_removed=True) == []


def test_an_unchanged_collection_writes_nothing_to_search(conn: Db, source: UUID) -> None:
    staging = Staging([Table("orders", columns=["customer", "id"]), Table("lines")])
    collect(conn, source, staging)
    before = written(conn, ["catalog_search", "catalog_terms"])
    collect(conn, source, staging)
    assert written(conn, ["catalog_search", "catalog_terms"]) == before
    collect(conn, insert_endpoint(conn, "twin"), staging)
    assert written(conn, ["catalog_terms"]) == {"catalog_terms": before["catalog_terms"]}


def test_a_search_is_narrowed_by_all_conditions(conn: Db, source: UUID) -> None:
    staged = [Table("a_orders"), Table("b_orders", kind="VIEW"), Table("c_orders", schema="shop")]
    collect(conn, source, Staging(staged))
    collect(conn, insert_endpoint(conn, "twin"), Staging([Table("d_orders")]))
    assert found(conn, "orders") == ["a_orders", "b_orders", "c_orders", "d_orders"]
    assert found(conn, "orders", kind=DatasetKind.VIEW) == ["b_orders"]
    assert found(conn, "orders", schema="shop") == ["c_orders"]
    assert found(conn, "orders", endpoint_id=source) == ["a_orders", "b_orders", "c_orders"]
    assert found(conn, "orders", labels=["x"]) == []


def test_letters_of_any_alphabet_are_searched_for(conn: Db, source: UUID) -> None:
    collect(conn, source, Staging([Table("ÉTAT", columns=["straße"]), Table("Ta ble"), Table("日本語")]))
    assert found(conn, "état")[0] == "ÉTAT"
    assert found(conn, "STRASSE") == found(conn, "Straße") == ["ÉTAT"]
    assert found(conn, "本") == ["日本語"]


def test_a_word_of_another_alphabet_is_met_where_it_stands(conn: Db, source: UUID) -> None:
    collect(conn, source, Staging([Described("日本", columns=["語"], comment="Жуки")]))
    wanted = DatasetFilter(search="жуки")
    [dataset] = search_datasets(conn, wanted, "жуки", 10).datasets
    assert explain_match("жуки", dataset) == Match(MatchField.COMMENT, MatchKind.WORDS, "Жуки")


def test_of_names_that_are_one_term_the_one_spelled_so_comes_first(conn: Db, source: UUID) -> None:
    names = ["CustomerId", "customer_id", "CUSTOMER-ID"]
    collect(conn, source, Staging([Table(name, schema="shop") for name in names]))
    for name in names:
        assert found(conn, name)[0] == found(conn, f"shop.{name}")[0] == name
        assert sorted(found(conn, name)) == sorted(names)


def test_facets_tell_what_a_search_narrowed_to_them_finds(conn: Db, source: UUID) -> None:
    met = [Table(f"t{number}", columns=["customer"]) for number in range(9)]
    collect(conn, source, Staging([*met, Table("alike", schema="shop", columns=["customary"])]))
    alike = [Table(f"u{number:02}", columns=["customary"]) for number in range(30)]
    collect(conn, other := insert_endpoint(conn, "other"), Staging(alike))
    for search in ("customer", "custmer"):
        by_endpoint = {
            each.value: each.count for each in count_facets(conn, DatasetFilter(search=search)).endpoints
        }
        for endpoint in (source, other):
            assert len(found(conn, search, endpoint_id=endpoint)) == by_endpoint.get(str(endpoint), 0)


def test_pages_of_a_search_meet_without_gap_or_overlap(conn: Db, source: UUID) -> None:
    staged = [Table(f"t{number}", columns=["customer"]) for number in range(5)]
    collect(conn, source, Staging([*staged, Table("customer"), Table("customer", schema="shop")]))
    wanted, seen = DatasetFilter(), list[UUID]()
    while (page := search_datasets(conn, wanted, "customer", 2, seen[-1] if seen else None)).datasets:
        assert page.total == 7
        seen += [dataset.id for dataset in page.datasets]
    assert page.total == 7
    assert seen == [dataset.id for dataset in search_datasets(conn, wanted, "customer", 100).datasets]
    assert len(seen) == 7
    with pytest.raises(BadInput, match="after"):
        search_datasets(conn, wanted, "customer", 2, uuid4())


def test_what_is_found_too_often_is_counted_to_a_bound(conn: Db, source: UUID) -> None:
    staged = [Table(f"table_{number:05}") for number in range(MOST_HITS + 50)]
    collect(conn, source, Staging(staged))
    wanted = DatasetFilter(search="table_")
    assert search_datasets(conn, wanted, "table_", 1).total == MOST_HITS
    assert [each.count for each in count_facets(conn, wanted).kinds] == [MOST_HITS]
    assert found(conn, "table_00007")[0] == "table_00007"


def test_a_catalog_filled_before_search_came_is_found_after_the_upgrade(conn: Db, source: UUID) -> None:
    staged = [Described("orders", schema="shop", columns=["Customer_Id"], comment="Bought things")]
    collect(conn, source, Staging(staged))
    as_merged = contents(conn)
    for name in ("0015_create_catalog_search.rollback.sql", "0015_create_catalog_search.sql"):
        conn.execute((MIGRATIONS_DIR / name).read_bytes())
    assert contents(conn) == as_merged
    assert found(conn, "customerid") == found(conn, "bought") == found(conn, "shop") == ["orders"]


def test_an_operator_who_forbids_the_extension_is_told_what_to_do(postgres_cluster: EmbeddedPostgres) -> None:
    name = f"foreign_{uuid4().hex}"
    with psycopg.connect(postgres_cluster.url(SUPERUSER, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        with psycopg.connect(postgres_cluster.url(SUPERUSER, name), autocommit=True) as owner:
            owner.execute(f"GRANT CREATE ON SCHEMA public TO {APP_ROLE}".encode())
        with pytest.raises(psycopg.errors.RaiseException, match="CREATE EXTENSION pg_trgm in this database"):
            migrate(postgres_cluster.url(APP_ROLE, name))
        with psycopg.connect(postgres_cluster.url(SUPERUSER, name), autocommit=True) as owner:
            owner.execute("CREATE EXTENSION pg_trgm")
        assert "0015_create_catalog_search" in migrate(postgres_cluster.url(APP_ROLE, name))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def contents(conn: Db) -> list[Any]:
    return [
        rows(conn, "SELECT * FROM catalog_search ORDER BY dataset_id"),
        rows(conn, "SELECT * FROM catalog_terms ORDER BY id"),
    ]
