"""A database as full as a big installation's, written straight into it: nothing of it is ever collected."""

from dataclasses import dataclass

import psycopg


@dataclass(frozen=True)
class Crowd:
    """How many there are of each, `columns` in each dataset.

    `recent_runs` of the runs were asked for in the last 24 hours.
    """

    endpoints: int
    runs: int
    recent_runs: int
    datasets: int
    columns: int = 12


ENDPOINTS = """
INSERT INTO metadata_endpoints
    (source_id, name, url, domain, template_id, labels, parameters, capabilities, created_at)
SELECT 'crowd-' || n, 'Source ' || lpad(n::text, 5, '0'), 'postgresql://***@db' || n || ':5432/shop',
    (ARRAY['sales', 'finance', 'support', NULL])[n %% 4 + 1], 'postgres',
    ARRAY['team-' || n %% 40, (ARRAY['prod', 'test'])[n %% 2 + 1]],
    jsonb_build_object('host', 'db' || n, 'port', 5432, 'database', 'shop', 'username', 'muster'),
    '{metadata}', now() - interval '200 days' - n * interval '1 s'
FROM generate_series(1, %(endpoints)s) AS n
"""

# One in ten has no schedule, one in twelve is disabled; most run daily, some hourly, a few every minute.
COLLECTIONS = """
INSERT INTO metadata_collections
    (endpoint_id, schedule_cron, schedule_timezone, is_enabled, applied_revision, created_at)
SELECT id,
    CASE WHEN n %% 10 = 0 THEN NULL
         WHEN n %% 100 = 1 THEN '* * * * *'
         WHEN n %% 10 = 3 THEN n %% 60 || ' * * * *'
         ELSE n %% 60 || ' ' || n %% 24 || ' * * *' END,
    (ARRAY['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])[n %% 4 + 1],
    n %% 12 <> 0, 1, created_at
FROM (SELECT *, substr(source_id, 7)::int AS n FROM metadata_endpoints) AS endpoint
"""

# Every endpoint has as many as any other; the 24 hours and the year before are filled evenly. In the order of
# time, as they would have come to be.
RUNS = """
WITH place AS (
    SELECT id AS collection_id, endpoint_id, row_number() OVER (ORDER BY created_at) - 1 AS n
    FROM metadata_collections
), request AS (
    SELECT n, n %% %(endpoints)s AS place, hashint4(n) & 65535 AS dice,
        now() - CASE WHEN n < %(recent)s THEN n * interval '24 hours' / %(recent)s
                     ELSE interval '24 hours' + (n - %(recent)s) * interval '1 year' / %(runs)s END AS at
    FROM generate_series(0, %(runs)s - 1) AS n
), ended AS (
    SELECT *, CASE WHEN dice %% 100 < 3 THEN 'FAILED' WHEN dice %% 100 < 5 THEN 'PARTIAL'
                   WHEN dice %% 100 < 6 THEN 'SKIPPED' WHEN dice %% 100 < 7 THEN 'CANCELED'
                   ELSE 'SUCCEEDED' END AS status
    FROM request
)
INSERT INTO metadata_collection_runs (collection_id, endpoint_id, status, trigger, requested_by, requested_at,
    started_at, completed_at, attempt, error, error_code, skip_reason, stats, workflow_id, temporal_run_id)
SELECT collection_id, endpoint_id, status, CASE WHEN dice %% 20 = 0 THEN 'MANUAL' ELSE 'SCHEDULE' END,
    CASE WHEN dice %% 20 = 0 THEN 'admin' END, at,
    CASE WHEN status <> 'SKIPPED' THEN at + interval '1 s' END, at + (2 + dice %% 300) * interval '1 s', 1,
    CASE WHEN status = 'FAILED' THEN 'The host db' || place.n || ' refused the connection on port 5432.' END,
    CASE WHEN status = 'FAILED' THEN 'SOURCE_REFUSED' END,
    CASE WHEN status = 'SKIPPED' THEN 'Another run was under way.' END,
    CASE WHEN status IN ('SUCCEEDED', 'PARTIAL') THEN '{"seen": 10, "unchanged": 9, "changed": 1}'::jsonb END,
    'crowd-' || ended.n, gen_random_uuid()::text
FROM ended JOIN place ON place.n = ended.place ORDER BY at
"""

DATASETS = """
INSERT INTO catalog_datasets (endpoint_id, identity, database, schema, name, kind, comment, document,
    document_hash, first_seen_at, changed_at)
SELECT id, decode(md5(d::text), 'hex'), 'shop', (ARRAY['public', 'sales', 'stock'])[d %% 3 + 1],
    'table_' || d,
    CASE WHEN d %% 10 = 0 THEN 'VIEW' ELSE 'TABLE' END, 'What is known of subject ' || d,
    jsonb_build_object('columns', (
        SELECT jsonb_agg(jsonb_build_object('position', p, 'name', 'column_' || p || '_of_' || d,
            'type', 'text', 'nullable', true, 'default', NULL, 'comment', 'Part ' || p) ORDER BY p)
        FROM generate_series(1, %(columns)s) AS p), 'primary_key', '["column_1"]'::jsonb,
        'indexes', '[]'::jsonb, 'foreign_keys', '[]'::jsonb, 'definition', NULL),
    md5(d::text), created_at + d * interval '1 s', created_at + d * interval '1 s'
FROM metadata_endpoints, generate_series(1, %(each)s) AS d
"""

SCOPES = """
INSERT INTO catalog_scopes (endpoint_id, database, schema, confirmed_at, run_id)
SELECT r.endpoint_id, 'shop', schema, r.completed_at, r.id
FROM metadata_endpoints e, unnest(ARRAY['public', 'sales', 'stock']) AS schema, LATERAL (
    SELECT * FROM metadata_collection_runs
    WHERE endpoint_id = e.id AND status = 'SUCCEEDED' ORDER BY requested_at DESC LIMIT 1
) AS r
"""

# One run in twenty found something changed.
CHANGES = """
INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id, run_id, field, before, after, is_breaking)
SELECT r.completed_at, change.kind, r.endpoint_id, d.id, r.id, 'column_1_of_1', '"text"', '"bigint"',
    change.kind = 'COLUMN_TYPE_CHANGED'
FROM metadata_collection_runs r
JOIN catalog_datasets d ON d.endpoint_id = r.endpoint_id AND d.name = 'table_1'
CROSS JOIN LATERAL (SELECT (ARRAY['COLUMN_ADDED', 'COLUMN_COMMENT_CHANGED', 'COLUMN_TYPE_CHANGED'])
    [ascii(right(r.workflow_id, 1)) %% 3 + 1] AS kind) AS change
WHERE r.status = 'SUCCEEDED' AND right(r.workflow_id, 2) IN ('07', '28', '41', '56', '93')
"""


def fill(database_url: str, crowd: Crowd) -> None:
    """Write the crowd into a database that is migrated and otherwise empty."""
    sizes = {
        "endpoints": crowd.endpoints,
        "runs": crowd.runs,
        "recent": crowd.recent_runs,
        "columns": crowd.columns,
        "each": crowd.datasets // crowd.endpoints,
    }
    with psycopg.connect(database_url, autocommit=True) as connection:
        for sql in (ENDPOINTS, COLLECTIONS, RUNS, DATASETS):
            connection.execute(sql, sizes)
        connection.execute("ANALYZE")
        for sql in (SCOPES, CHANGES):
            connection.execute(sql, sizes)
        connection.execute("VACUUM ANALYZE")
