"""What a small company has in its Muster after a day: real sources, collected while they change and break.

Only the clock is helped: the runs of each round are dated back to their hour.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint
from tests.e2e.world import World
from tests.sources import PostgresServer, sqlite_file

HOURS_BETWEEN_ROUNDS = 2
ROUNDS = 12
NIGHTLY = "30 2 * * *"
TWO_HOURLY = "0 */2 * * *"
WORKING_DAYS = "15 6 * * MON-FRI"

SALES = """
    CREATE TABLE customers (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        email varchar(200) NOT NULL UNIQUE, name text NOT NULL,
        country char(2) NOT NULL DEFAULT 'DE', created_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE orders (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
        placed date NOT NULL, state text NOT NULL DEFAULT 'new', amount numeric(12, 2) NOT NULL, note text);
    CREATE TABLE order_lines (
        order_id bigint NOT NULL REFERENCES orders, position int NOT NULL, sku varchar(40) NOT NULL,
        quantity int NOT NULL, price numeric(12, 2) NOT NULL, PRIMARY KEY (order_id, position));
    CREATE TABLE refunds (
        id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, amount numeric(12, 2));
    CREATE INDEX orders_by_day ON orders (placed);
    CREATE VIEW open_orders AS
        SELECT o.id, c.email, o.placed, o.amount FROM orders o JOIN customers c ON c.id = o.customer_id
        WHERE o.state = 'open';
    COMMENT ON TABLE customers IS 'One row for each person who ever ordered.';
    COMMENT ON TABLE orders IS 'One row for each order.';
    COMMENT ON COLUMN orders.state IS 'new, open, paid, sent or canceled';
"""
BILLING = """
    CREATE TABLE invoices (
        id bigint PRIMARY KEY, order_id bigint NOT NULL, number text NOT NULL UNIQUE, due date);
    CREATE TABLE payments (
        id bigint PRIMARY KEY, invoice_id bigint NOT NULL REFERENCES invoices, paid_at timestamptz);
    CREATE TABLE dunning_letters (
        id bigint PRIMARY KEY, invoice_id bigint NOT NULL REFERENCES invoices, level int);
    COMMENT ON TABLE invoices IS 'What was billed, and when it has to be paid.';
"""
PEOPLE = """
    CREATE TABLE employees (id int PRIMARY KEY, name text NOT NULL, started date NOT NULL, left_on date);
    CREATE TABLE absences (
        employee_id int NOT NULL REFERENCES employees, day date, PRIMARY KEY (employee_id, day));
"""
FILES = {
    "Point of sale": (
        "pos.db",
        "CREATE TABLE receipts (id INTEGER PRIMARY KEY, till TEXT NOT NULL, total NUMERIC)",
    ),
    "Warehouse scanner": (
        "scanner.db",
        "CREATE TABLE scans (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, at TEXT)",
    ),
    "Newsletter": ("newsletter.db", "CREATE TABLE subscribers (email TEXT PRIMARY KEY, confirmed_at TEXT)"),
    "Support tickets": (
        "tickets.db",
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, subject TEXT, state TEXT)",
    ),
}
# what becomes of the shop's database, by the round before which it happens
CHANGES = {
    3: "ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web'",
    6: "ALTER TABLE customers ALTER COLUMN country DROP NOT NULL",
    9: "DROP TABLE refunds; CREATE TABLE vouchers (code text PRIMARY KEY, percent int NOT NULL, until date)",
    10: "ALTER TABLE order_lines ALTER COLUMN sku TYPE varchar(20)",
    11: "COMMENT ON COLUMN orders.amount IS 'In euros, with tax.'",
}
SCANNER_AWAY = {4, 5}
LABELS = {"Shop": ["prod", "tier-1"], "Billing": ["prod", "tier-1"], "People": ["prod"]}
DATE_BACK = (
    """UPDATE metadata_collection_runs
       SET requested_at = requested_at - %(by)s, started_at = started_at - %(by)s,
           completed_at = completed_at - %(by)s
       WHERE id = ANY(%(runs)s)""",
    """UPDATE metadata_collection_run_steps
       SET started_at = started_at - %(by)s, ended_at = ended_at - %(by)s,
           attempt_started_at = attempt_started_at - %(by)s
       WHERE run_id = ANY(%(runs)s)""",
    "UPDATE metadata_collection_run_logs SET at = at - %(by)s WHERE run_id = ANY(%(runs)s)",
    "UPDATE catalog_changes SET at = at - %(by)s WHERE run_id = ANY(%(runs)s)",
)


@dataclass(frozen=True)
class Company:
    """The registered endpoints, by name, and the servers that they are on."""

    api: Api
    source: PostgresServer
    folder: Path
    endpoints: dict[str, Endpoint]


def make_company(api: Api, database_url: str, source: PostgresServer, folder: Path) -> World:
    """Register everything, let a day go by, and say what the pictures are to be taken of."""
    company = found(api, source, folder)
    rounds = [[run["id"] for run in api.runs()]]
    rounds += [collect_all(company, number) for number in range(ROUNDS)]
    with psycopg.connect(database_url) as database:
        for age, run_ids in enumerate(reversed(rounds)):
            by = timedelta(hours=age * HOURS_BETWEEN_ROUNDS, minutes=5)
            for statement in DATE_BACK:
                database.execute(statement.encode(), {"by": by, "runs": run_ids})
    shop, people = company.endpoints["Shop"], company.endpoints["People"]
    question = """query($e: ID!) {
      catalogDatasetConnection(endpointId: $e, search: "orders") { nodes { id entity } } }"""
    tables = api.ask(question, e=shop.id)["nodes"]
    (orders,) = (table["id"] for table in tables if table["entity"] == "orders")
    return World(
        shop=shop,
        notes=company.endpoints["Newsletter"],
        broken=people,
        shop_run=api.runs(endpointId=shop.id)[1]["id"],
        failed_run=api.runs(endpointId=people.id, status="FAILED")[0]["id"],
        orders=orders,
    )


def found(api: Api, source: PostgresServer, folder: Path) -> Company:
    """The company's sources, registered and scheduled, each collected once."""
    sources = {
        "Shop": ("postgres", source.create_database("shop", SALES), TWO_HOURLY),
        "Billing": ("postgres", source.create_database("billing", BILLING), NIGHTLY),
        "People": ("postgres", own_account(source, source.create_database("people", PEOPLE)), TWO_HOURLY),
    }
    for name, (file, script) in FILES.items():
        sources[name] = ("sqlite", {"path": str(sqlite_file(folder / file, script))}, WORKING_DAYS)
    endpoints = {}
    for name, (template, parameters, cron) in sources.items():
        created = api.ask(
            "mutation($i: EndpointInput!) { registerEndpoint(input: $i) { id collections { id } } }",
            i={
                "name": name,
                "labels": LABELS.get(name, ["stores"]),
                "config": {"templateId": template, "parameters": parameters},
            },
        )
        endpoints[name] = Endpoint(created["id"], created["collections"][0]["id"])
        api.first_run_finished(created["id"])
        api.ask(
            "mutation($id: ID!, $i: CollectionUpdateInput!) { updateCollection(id: $id, input: $i) { id } }",
            id=endpoints[name].collection,
            i={"scheduleCron": cron, "scheduleTimezone": "Europe/Berlin"},
        )
    return Company(api, source, folder, endpoints)


def own_account(source: PostgresServer, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters with an account whose password can change without harm to others."""
    with source.connect() as connection:
        connection.execute("CREATE ROLE muster_people LOGIN PASSWORD 'until-tonight'")
    return {**parameters, "username": "muster_people", "password": "until-tonight"}


def collect_all(company: Company, number: int) -> list[str]:
    """One round: something changes or breaks, then everything is collected; the ids of the runs."""
    if number in CHANGES:
        with company.source.connect("shop") as connection:
            connection.execute(CHANGES[number].encode())
    if number == ROUNDS - 1:
        with company.source.connect() as connection:
            connection.execute("ALTER ROLE muster_people PASSWORD 'since-tonight'")
    scanner, away = company.folder / "scanner.db", company.folder / "scanner.gone"
    if number in SCANNER_AWAY:
        scanner.rename(away)
    runs = [company.api.trigger(endpoint.collection) for endpoint in company.endpoints.values()]
    finished = [company.api.finished(run)["id"] for run in runs]
    if number in SCANNER_AWAY:
        away.rename(scanner)
    return finished
