"""The least that reading a PostgreSQL catalog costs: the collector's query, copied to a file unseen.

Its first line of stdin is the request: `connection` and `output`. It prints the number of bytes.
"""

import json
import sys
from pathlib import Path

import psycopg

QUERY = Path(__file__).resolve().parents[2] / "worker/connectors/postgres.sql"
# those of the connector's settings that decide what the query answers, or how long it takes
SETTINGS = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = '';
SET LOCAL jit = off;
SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL work_mem = '32MB';
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT set_config('muster.limit', '', true), set_config('muster.schemas', (
    SELECT json_agg(nspname)::text FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
), true)
"""


def main() -> None:
    request = json.loads(sys.stdin.readline())
    statement = b"COPY (" + QUERY.read_bytes() + b") TO STDOUT (FORMAT binary)"
    size = 0
    with psycopg.connect(**request["connection"]) as connection, Path(request["output"]).open("wb") as output:
        connection.execute(SETTINGS.encode())
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for block in copy:
                size += output.write(block)
    print(size)


if __name__ == "__main__":
    main()
