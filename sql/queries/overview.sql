-- name: overview_counts
WITH live AS (
    SELECT id FROM metadata_endpoints WHERE deleted_at IS NULL
)
SELECT %(since)s::timestamptz AS since,
       (SELECT count(*) FROM live) AS endpoints_total,
       (SELECT count(*) FROM metadata_collection_runs WHERE status = 'QUEUED') AS runs_queued,
       (SELECT count(*) FROM metadata_collection_runs WHERE status = 'RUNNING') AS runs_running,
       (SELECT count(*) FROM catalog_datasets d
        JOIN live ON live.id = d.endpoint_id
        WHERE d.removed_at IS NULL) AS datasets_total,
       changes.total AS changes_total,
       changes.breaking AS changes_breaking
FROM (
    SELECT count(*) AS total, count(*) FILTER (WHERE c.is_breaking) AS breaking
    FROM catalog_changes c
    JOIN live ON live.id = c.endpoint_id
    WHERE c.at >= %(since)s
) changes;

-- name: count_runs_by_status
SELECT wanted.status,
       (SELECT count(*) FROM metadata_collection_runs r
        WHERE r.status = wanted.status AND r.trigger = ANY(%(triggers)s::text[])
          AND r.requested_at >= %(since)s) AS runs
FROM unnest(%(statuses)s::text[]) AS wanted (status);

-- name: timeline_lanes
-- "reach" lies before "from" by as much as a run may last: what began there may last into the span.
SELECT e.id AS endpoint_id, e.name AS endpoint_name, count(*) AS runs,
       coalesce(max(r.requested_at) FILTER (WHERE r.status IN ('PARTIAL', 'FAILED'))
                > coalesce(max(r.requested_at) FILTER (WHERE r.status = 'SUCCEEDED'), '-infinity'),
                false) AS is_failing
FROM metadata_collection_runs r
JOIN metadata_endpoints e ON e.id = r.endpoint_id AND e.deleted_at IS NULL
WHERE r.requested_at BETWEEN %(reach)s AND %(to)s
  AND (r.requested_at >= %(from)s OR r.completed_at IS NULL OR r.completed_at >= %(from)s)
GROUP BY e.id
ORDER BY is_failing DESC, lower(e.name), e.name, e.id
LIMIT %(lanes)s;

-- name: timeline_runs
SELECT r.endpoint_id, r.id, r.status, r.trigger, r.requested_at, r.started_at, r.completed_at
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT * FROM metadata_collection_runs
    WHERE endpoint_id = wanted.id
      AND requested_at BETWEEN %(reach)s AND %(to)s
      AND (requested_at >= %(from)s OR completed_at IS NULL OR completed_at >= %(from)s)
    ORDER BY requested_at DESC, id DESC
    LIMIT %(limit)s
) r
ORDER BY r.requested_at, r.id;

-- name: timeline_columns
-- The runs that timeline_runs gives, as they go out: to make a value of each would take longer than to find it.
SELECT wanted.id AS endpoint_id, found.columns
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT json_build_object(
        'id', json_agg(r.id ORDER BY r.requested_at, r.id),
        'status', json_agg(r.status ORDER BY r.requested_at, r.id),
        'trigger', json_agg(r.trigger ORDER BY r.requested_at, r.id),
        'requestedAt', json_agg((extract(epoch FROM r.requested_at) * 1000)::bigint ORDER BY r.requested_at, r.id),
        'startedAt', json_agg((extract(epoch FROM r.started_at) * 1000)::bigint ORDER BY r.requested_at, r.id),
        'completedAt', json_agg((extract(epoch FROM r.completed_at) * 1000)::bigint ORDER BY r.requested_at, r.id)
    ) AS columns
    FROM (
        SELECT * FROM metadata_collection_runs
        WHERE endpoint_id = wanted.id
          AND requested_at BETWEEN %(reach)s AND %(to)s
          AND (requested_at >= %(from)s OR completed_at IS NULL OR completed_at >= %(from)s)
        ORDER BY requested_at DESC, id DESC
        LIMIT %(limit)s
    ) r
    HAVING count(*) > 0
) found;

-- name: list_timings
SELECT DISTINCT c.schedule_cron AS cron, c.schedule_timezone AS timezone
FROM metadata_collections c
JOIN metadata_endpoints e ON e.id = c.endpoint_id AND e.deleted_at IS NULL
WHERE c.deleted_at IS NULL AND c.is_enabled AND c.schedule_cron IS NOT NULL;

-- name: upcoming_runs
SELECT fire.at, c.id AS collection_id, c.endpoint_id, e.name AS endpoint_name, c.schedule_cron, c.schedule_timezone
FROM unnest(%(moments)s::timestamptz[], %(crons)s::text[], %(timezones)s::text[]) AS fire (at, cron, timezone)
JOIN metadata_collections c ON c.schedule_cron = fire.cron AND c.schedule_timezone = fire.timezone
JOIN metadata_endpoints e ON e.id = c.endpoint_id AND e.deleted_at IS NULL
WHERE c.deleted_at IS NULL AND c.is_enabled
ORDER BY fire.at, lower(e.name), e.name, c.id
LIMIT %(first)s;

-- name: postgres_version
SELECT current_setting('server_version') AS version;
