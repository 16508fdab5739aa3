-- name: get_collection
SELECT * FROM metadata_collections
WHERE id = %(id)s AND (%(include_deleted)s::boolean OR deleted_at IS NULL);

-- name: lock_collection
-- Not FOR UPDATE: rows that refer to this one may go on being written.
SELECT * FROM metadata_collections WHERE id = %(id)s AND deleted_at IS NULL FOR NO KEY UPDATE;

-- name: lock_endpoint_and_collection
-- The endpoint first: the collection is locked as a row of the join, and to join them locks the endpoint.
SELECT c.*, e.name, e.capabilities, e.is_deleted
FROM metadata_collections c
CROSS JOIN LATERAL (
    SELECT name, capabilities, deleted_at IS NOT NULL AS is_deleted
    FROM metadata_endpoints
    WHERE id = c.endpoint_id
    FOR NO KEY UPDATE
) e
WHERE c.id = %(id)s AND c.deleted_at IS NULL
FOR NO KEY UPDATE OF c;

-- name: collection_position
SELECT created_at AS at, id FROM metadata_collections WHERE id = %(id)s;

-- name: list_collections
SELECT c.*
FROM metadata_collections c
JOIN metadata_endpoints e ON e.id = c.endpoint_id
WHERE c.deleted_at IS NULL
  AND (%(endpoint_id)s::uuid IS NULL OR c.endpoint_id = %(endpoint_id)s)
  AND (%(is_enabled)s::boolean IS NULL OR c.is_enabled = %(is_enabled)s)
  AND (%(pattern)s::text IS NULL OR e.name ILIKE %(pattern)s)
  AND (c.created_at, c.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
ORDER BY c.created_at DESC, c.id DESC
LIMIT %(first)s;

-- name: count_collections
SELECT count(*)
FROM metadata_collections c
JOIN metadata_endpoints e ON e.id = c.endpoint_id
WHERE c.deleted_at IS NULL
  AND (%(endpoint_id)s::uuid IS NULL OR c.endpoint_id = %(endpoint_id)s)
  AND (%(is_enabled)s::boolean IS NULL OR c.is_enabled = %(is_enabled)s)
  AND (%(pattern)s::text IS NULL OR e.name ILIKE %(pattern)s);

-- name: failing_collections
SELECT c.*, count(*) OVER () AS failing
FROM metadata_collections c
JOIN metadata_endpoints e ON e.id = c.endpoint_id AND e.deleted_at IS NULL
CROSS JOIN LATERAL (
    SELECT r.status, r.completed_at FROM metadata_collection_runs r
    WHERE r.collection_id = c.id AND r.status IN ('SUCCEEDED', 'PARTIAL', 'FAILED')
    ORDER BY r.requested_at DESC, r.id DESC
    LIMIT 1
) last
WHERE c.deleted_at IS NULL AND last.status <> 'SUCCEEDED'
ORDER BY last.completed_at DESC, c.id DESC
LIMIT %(first)s;

-- name: collections_for_ids
SELECT * FROM metadata_collections WHERE id = ANY(%(ids)b::uuid[]);

-- name: collections_for_endpoint_ids
SELECT * FROM metadata_collections
WHERE endpoint_id = ANY(%(ids)s) AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC;

-- name: count_collections_ever
SELECT count(*) FROM metadata_collections WHERE endpoint_id = %(endpoint_id)s;

-- name: insert_collection
INSERT INTO metadata_collections (endpoint_id, schedule_cron, schedule_timezone, is_enabled)
VALUES (%(endpoint_id)s, %(schedule_cron)s, %(schedule_timezone)s, %(is_enabled)s)
RETURNING *;

-- name: update_collection
UPDATE metadata_collections
SET schedule_cron = %(schedule_cron)s, schedule_timezone = %(schedule_timezone)s, is_enabled = %(is_enabled)s,
    revision = revision + 1, schedule_error = NULL, updated_at = now()
WHERE id = %(id)s AND deleted_at IS NULL
RETURNING *;

-- name: soft_delete_collection
UPDATE metadata_collections
SET deleted_at = %(now)s, revision = revision + 1, updated_at = now()
WHERE id = %(id)s AND deleted_at IS NULL;

-- name: record_applied
UPDATE metadata_collections
SET applied_revision = %(revision)s, temporal_schedule_id = %(temporal_schedule_id)s, schedule_error = NULL
WHERE id = %(id)s AND revision >= %(revision)s AND applied_revision <= %(revision)s;

-- name: record_schedule_error
-- What a newer revision asks for has not failed yet.
UPDATE metadata_collections
SET schedule_error = %(message)s
WHERE id = %(id)s AND revision = %(revision)s;

-- name: notify_reconciler
SELECT pg_notify(%(channel)s, %(payload)s);
