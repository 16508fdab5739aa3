-- name: get_run
SELECT * FROM metadata_collection_runs WHERE id = %(id)s;

-- name: lock_run
SELECT * FROM metadata_collection_runs WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: run_position
SELECT requested_at AS at, id FROM metadata_collection_runs WHERE id = %(id)s;

-- name: list_run_rows
SELECT *
FROM run_rows_before(%(endpoint_id)s, %(collection_id)s, %(from)s, %(before_at)s, %(before_id)s, %(first)s::integer);

-- name: list_run_rows_in_states
-- As list_run_rows, for some of the runs there: each status with each trigger is a range of one index, however rare
-- it is. What is found there is only read in full once it is known to be on the page.
SELECT r.*
FROM (
    SELECT found.id
    FROM unnest(%(statuses)s::text[]) AS wanted (status)
    CROSS JOIN unnest(%(triggers)s::text[]) AS cause (trigger)
    CROSS JOIN LATERAL (
        SELECT c.requested_at, c.id
        FROM metadata_collection_runs c
        WHERE c.status = wanted.status AND c.trigger = cause.trigger
          AND (%(endpoint_id)s::uuid IS NULL OR c.endpoint_id = %(endpoint_id)s)
          AND (%(collection_id)s::uuid IS NULL OR c.collection_id = %(collection_id)s AND c.endpoint_id = (
               SELECT endpoint_id FROM metadata_collections WHERE id = %(collection_id)s))
          AND (%(from)s::timestamptz IS NULL OR c.requested_at >= %(from)s)
          AND (NOT %(changed_only)s::boolean OR c.has_changes)
          AND (c.requested_at, c.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
        ORDER BY c.requested_at DESC, c.id DESC
        LIMIT %(first)s
    ) found
    ORDER BY found.requested_at DESC, found.id DESC
    LIMIT %(first)s
) page
JOIN run_rows r ON r.id = page.id
ORDER BY r.requested_at DESC, r.id DESC;

-- name: count_runs
SELECT count(*)
FROM metadata_collection_runs r
WHERE (%(endpoint_id)s::uuid IS NULL OR r.endpoint_id = %(endpoint_id)s)
  AND (%(collection_id)s::uuid IS NULL OR r.collection_id = %(collection_id)s)
  AND (%(statuses)s::text[] IS NULL OR r.status = ANY(%(statuses)s::text[]))
  AND (%(trigger)s::text IS NULL OR r.trigger = %(trigger)s)
  AND (%(from)s::timestamptz IS NULL OR r.requested_at >= %(from)s)
  AND (%(to)s::timestamptz IS NULL OR r.requested_at <= %(to)s)
  AND (NOT %(changed_only)s::boolean OR r.has_changes);

-- name: runs_for_ids
SELECT * FROM metadata_collection_runs WHERE id = ANY(%(ids)s);

-- name: last_runs_for_collection_ids
SELECT r.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT * FROM metadata_collection_runs
    WHERE collection_id = wanted.id
    ORDER BY requested_at DESC, id DESC
    LIMIT 1
) r;

-- name: active_runs_for_collection_ids
SELECT * FROM metadata_collection_runs
WHERE collection_id = ANY(%(ids)s) AND status IN ('QUEUED', 'RUNNING');

-- name: runs_for_endpoint_ids
SELECT r.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT * FROM metadata_collection_runs
    WHERE endpoint_id = wanted.id
    ORDER BY requested_at DESC, id DESC
    LIMIT %(limit)s
) r
ORDER BY r.requested_at DESC, r.id DESC;

-- name: runs_for_collection_ids
SELECT r.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT * FROM metadata_collection_runs
    WHERE collection_id = wanted.id
    ORDER BY requested_at DESC, id DESC
    LIMIT %(limit)s
) r
ORDER BY r.requested_at DESC, r.id DESC;

-- name: insert_run
INSERT INTO metadata_collection_runs (
    collection_id, endpoint_id, status, trigger, requested_by, requested_at, scheduled_for, completed_at,
    workflow_id, temporal_run_id, skip_reason, filters
) VALUES (
    %(collection_id)s, %(endpoint_id)s, %(status)s, %(trigger)s, %(requested_by)s, %(now)s, %(scheduled_for)s,
    %(completed_at)s, %(workflow_id)s, %(temporal_run_id)s, %(skip_reason)s, %(filters)s
)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: run_of_execution
SELECT * FROM metadata_collection_runs
WHERE workflow_id = %(workflow_id)s AND temporal_run_id = %(temporal_run_id)s;

-- name: record_execution
-- Nobody waits for the disk: what a crash loses here, the workflow or the reconciler writes again.
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
UPDATE metadata_collection_runs
SET workflow_id = %(workflow_id)s, temporal_run_id = %(temporal_run_id)s, updated_at = now()
FROM unhurried
WHERE id = %(id)s AND temporal_run_id IS NULL;

-- name: start_run
UPDATE metadata_collection_runs
SET status = %(status)s, started_at = %(now)s, workflow_id = %(workflow_id)s,
    temporal_run_id = %(temporal_run_id)s, updated_at = now()
WHERE id = %(id)s AND status = ANY(%(sources)s)
RETURNING *;

-- name: finish_run
UPDATE metadata_collection_runs
SET status = %(status)s, completed_at = %(now)s, error = %(error)s, error_code = %(error_code)s,
    skip_reason = %(skip_reason)s, progress = NULL, updated_at = now()
WHERE id = %(id)s AND status = ANY(%(sources)s)
RETURNING *;

-- name: record_reading
-- What is NULL here is not known yet. The cost is the sum over the attempts, and counts when the run has ended, too;
-- no bytes are known of files.
UPDATE metadata_collection_runs
SET progress = CASE WHEN status = 'RUNNING' THEN coalesce(%(progress)s::jsonb, progress) ELSE progress END,
    read_mode = CASE WHEN status = 'RUNNING' THEN coalesce(%(mode)s::text, read_mode) ELSE read_mode END,
    source_statements = coalesce(source_statements + %(statements)s::integer, source_statements, %(statements)s::integer),
    source_seconds = coalesce(source_seconds + %(seconds)s::float8, source_seconds, %(seconds)s::float8),
    source_rows = coalesce(source_rows + %(rows)s::bigint, source_rows, %(rows)s::bigint),
    source_bytes = coalesce(source_bytes + %(bytes)s::bigint, source_bytes, %(bytes)s::bigint),
    updated_at = now()
WHERE id = %(id)s AND (status = 'RUNNING' OR %(statements)s::integer IS NOT NULL);

-- name: record_attempt
UPDATE metadata_collection_runs
SET attempt = %(attempt)s, updated_at = now()
WHERE id = %(id)s AND status = 'RUNNING'
RETURNING *;

-- name: record_stats
UPDATE metadata_collection_runs
SET stats = %(stats)s, updated_at = now()
WHERE id = %(id)s AND status = 'RUNNING';

-- name: add_redactions
UPDATE metadata_collection_runs
SET redactions = redactions + %(count)s, updated_at = now()
WHERE id = %(id)s
RETURNING *;

-- name: count_log_lines
SELECT count(*) FROM (
    SELECT FROM metadata_collection_run_logs WHERE run_id = %(run_id)s LIMIT %(limit)s
) AS lines;

-- name: add_log_lines
INSERT INTO metadata_collection_run_logs (run_id, at, level, message, fields)
SELECT %(run_id)s, at, level, message, fields
FROM unnest(%(ats)s::timestamptz[], %(levels)s::text[], %(messages)s::text[], %(fields)s::jsonb[])
    WITH ORDINALITY AS line (at, level, message, fields, number)
ORDER BY number;

-- name: is_log_line_of_run
SELECT count(*) FROM metadata_collection_run_logs WHERE id = %(id)s AND run_id = %(run_id)s;

-- name: list_log_lines
SELECT id, at, level, message, fields
FROM metadata_collection_run_logs
WHERE run_id = %(run_id)s AND id > %(after)s AND (%(level)s::text IS NULL OR level = %(level)s)
ORDER BY id
LIMIT %(first)s;

-- name: log_lines_for_run_ids
SELECT found.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT run_id, id, at, level, message, fields
    FROM metadata_collection_run_logs
    WHERE run_id = wanted.id AND (%(level)s::text IS NULL OR level = %(level)s)
    ORDER BY id
    LIMIT %(limit)s
) found
ORDER BY found.id;
