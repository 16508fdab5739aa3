-- name: is_failure_of_run
SELECT count(*) FROM metadata_collection_run_failures WHERE id = %(id)s AND run_id = %(run_id)s;

-- name: list_failures
SELECT id, database, schema, name, code, reason
FROM metadata_collection_run_failures
WHERE run_id = %(run_id)s AND id > %(after)s
ORDER BY id
LIMIT %(first)s;

-- name: failures_for_run_ids
SELECT found.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT f.run_id, f.id, f.database, f.schema, f.name, f.code, f.reason
    FROM metadata_collection_run_failures f
    WHERE f.run_id = wanted.id
    ORDER BY f.id
    LIMIT %(first)s
) found
ORDER BY found.run_id, found.id;

-- name: failure_counts_for_run_ids
SELECT run_id, count(*) AS failures FROM metadata_collection_run_failures WHERE run_id = ANY(%(ids)s) GROUP BY run_id;

-- name: count_failures
SELECT count(*) FROM metadata_collection_run_failures WHERE run_id = %(run_id)s;
