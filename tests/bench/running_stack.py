"""The running stack, with many runs in its database: runs from end to end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from tests.bench import run_triggering
from tests.bench.comparing import Comparison, Setting
from tests.stack import running_stack

ENDPOINTS = 100

SEED = """
WITH endpoint AS (
    INSERT INTO metadata_endpoints (source_id, name, url, template_id, capabilities)
    SELECT 'bench-' || n, 'Source ' || n, 'postgresql://db', 'postgres', '{{metadata}}'
    FROM generate_series(1, {endpoints}) AS n
    RETURNING id
), collection AS (
    INSERT INTO metadata_collections (endpoint_id, applied_revision) SELECT id, 1 FROM endpoint
    RETURNING id, endpoint_id
)
INSERT INTO metadata_collection_runs
    (collection_id, endpoint_id, status, trigger, requested_at, started_at, completed_at, attempt, stats)
SELECT id, endpoint_id, 'SUCCEEDED', 'SCHEDULE', at, at, at + interval '2 s', 1,
    '{{"seen": 10, "unchanged": 10}}'
FROM collection, generate_series(1, {runs} / {endpoints}) AS n,
    LATERAL (SELECT now() - n * interval '1 hour' AS at) AS request
"""


@contextmanager
def comparisons(setting: Setting) -> Iterator[Sequence[Comparison]]:
    """Comparisons on one stack as `muster up` starts it."""
    with running_stack() as stack:
        seed_runs(stack.database_url, setting.sizes.runs)
        with run_triggering.comparisons(stack, setting) as triggering:
            yield triggering


def seed_runs(database_url: str, runs: int) -> None:
    """Ended runs, hourly, of 100 endpoints that nobody collects."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SEED.format(endpoints=ENDPOINTS, runs=runs).encode())
        connection.execute("VACUUM ANALYZE")
