-- name: is_failure_of_run
SELECT count(*) FROM metadata_collection_run_failures WHERE id = %(id)s AND run_id = %(run_id)s;

-- name: list_failures
SELECT id, database, schema, name, code, reason
FROM metadata_collection_run_failures
WHERE run_id = %(run_id)s AND id > %(after)s
ORDER BY id
LIMIT %(first)s;

-- name: count_failures
SELECT count(*) FROM metadata_collection_run_failures WHERE run_id = %(run_id)s;
