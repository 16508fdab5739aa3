-- name: list_schedule_targets
-- every live collection, and each deleted one whose schedule may still be there
SELECT c.*, c.deleted_at IS NULL AND e.deleted_at IS NULL AS is_live
FROM metadata_collections c
JOIN metadata_endpoints e ON e.id = c.endpoint_id
WHERE (%(id)s::uuid IS NULL OR c.id = %(id)s)
  AND (c.deleted_at IS NULL OR c.temporal_schedule_id IS NOT NULL OR c.applied_revision <> c.revision)
ORDER BY c.id;

-- name: list_open_runs
SELECT r.id,
       extract(epoch FROM now() - r.updated_at)::float8 AS quiet_seconds,
       c.deleted_at IS NOT NULL OR e.deleted_at IS NOT NULL AS is_abandoned
FROM metadata_collection_runs r
JOIN metadata_endpoints e ON e.id = r.endpoint_id
LEFT JOIN metadata_collections c ON c.id = r.collection_id
WHERE (%(id)s::uuid IS NULL OR r.id = %(id)s) AND r.status IN ('QUEUED', 'RUNNING')
ORDER BY r.requested_at;

-- name: try_lead
SELECT pg_try_advisory_lock(hashtextextended('muster.reconciler', 0)) AS is_leader;

-- name: is_leading
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::bigint << 32 | objid::bigint) = hashtextextended('muster.reconciler', 0)
) AS is_leader;
