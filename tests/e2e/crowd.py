"""Ten thousand endpoints and a million runs, written straight into a database."""

from typing import LiteralString

import psycopg
from psycopg import sql

ENDPOINTS = 10_000
RUNS = 1_000_000
RUN_TABLE = "metadata_collection_runs"

ADD_ENDPOINTS: LiteralString = """
INSERT INTO metadata_endpoints (source_id, name, url, template_id, labels, capabilities, created_at)
SELECT 'crowd-' || n, 'Source ' || lpad(n::text, 5, '0'), 'sqlite:///data/' || n || '.db', 'sqlite',
    ARRAY['team-' || n %% 100], '{metadata}', now() - n * interval '1 second'
FROM generate_series(1, %s) AS n
"""
ADD_COLLECTIONS: LiteralString = """
INSERT INTO metadata_collections (endpoint_id, applied_revision)
SELECT id, 1 FROM metadata_endpoints WHERE source_id LIKE 'crowd-%'
"""
# every third hour a run of each endpoint; one in a hundred failed
ADD_RUNS: LiteralString = """
INSERT INTO metadata_collection_runs
    (id, collection_id, endpoint_id, status, trigger, requested_at, completed_at, error_code, error)
SELECT uuidv7(), c.id, c.endpoint_id, outcome.status, 'MANUAL', at, at + interval '9 seconds',
    outcome.error_code, outcome.error
FROM generate_series(1, %s) AS n
CROSS JOIN (
    SELECT c.id, c.endpoint_id, substr(e.source_id, 7)::int AS number
    FROM metadata_collections c JOIN metadata_endpoints e ON e.id = c.endpoint_id
    WHERE e.source_id LIKE 'crowd-%%'
) AS c
CROSS JOIN LATERAL (SELECT now() - n * interval '3 hours' - c.number * interval '1 second' AS at) AS moment
CROSS JOIN LATERAL (
    SELECT CASE WHEN failed THEN 'FAILED' ELSE 'SUCCEEDED' END AS status,
        CASE WHEN failed THEN 'SOURCE_NOT_FOUND' END AS error_code,
        CASE WHEN failed THEN 'There is no such file.' END AS error
    FROM (SELECT (c.number + n) %% 100 = 0 AS failed) AS dice
) AS outcome
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT indisprimary
"""
REFERENCES = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'
"""


def fill(database_url: str) -> None:
    """Add them; the indexes of the runs are made anew afterwards, which takes a fifth of the time."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        connection.execute(ADD_ENDPOINTS, (ENDPOINTS,))
        connection.execute(ADD_COLLECTIONS)
        indexes = connection.execute(INDEXES, (RUN_TABLE,)).fetchall()
        references = connection.execute(REFERENCES, (RUN_TABLE,)).fetchall()
        table = sql.Identifier(RUN_TABLE)
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for name, _ in references:
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(table, sql.Identifier(name))
            )
        connection.execute(ADD_RUNS, (RUNS // ENDPOINTS,))
        for _, definition in indexes:
            connection.execute(definition.encode())
        for name, definition in references:
            connection.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    table, sql.Identifier(name), sql.SQL(definition)
                )
            )
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE metadata_endpoints, metadata_collections, metadata_collection_runs")
