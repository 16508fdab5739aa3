-- What the runs of one endpoint, or of one collection, show of others is looked up once, not for each run.
SET LOCAL lock_timeout = '5s';

-- As before: each case has a plan of its own, made once for a session. A run's endpoint is that of its collection.
CREATE OR REPLACE FUNCTION run_rows_before(
    of_endpoint uuid, of_collection uuid, since timestamptz, before_at timestamptz, before_id uuid, most integer
) RETURNS SETOF run_rows LANGUAGE plpgsql STABLE ROWS 50
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    since := coalesce(since, '-infinity');
    IF of_collection IS NOT NULL THEN
        RETURN QUERY
        WITH known AS MATERIALIZED (
            SELECT e.name, c.schedule_cron
            FROM metadata_collections c JOIN metadata_endpoints e ON e.id = c.endpoint_id
            WHERE c.id = of_collection
        )
        SELECT
            r.id, r.collection_id, r.endpoint_id, r.status, r.trigger, r.requested_by, r.requested_at, r.scheduled_for,
            r.started_at, r.completed_at, r.attempt, r.error, r.error_code, r.skip_reason,
            (SELECT name FROM known), (SELECT schedule_cron FROM known)
        FROM metadata_collection_runs r
        WHERE r.collection_id = of_collection AND (of_endpoint IS NULL OR r.endpoint_id = of_endpoint)
          AND r.requested_at >= since AND (r.requested_at, r.id) < (before_at, before_id)
        ORDER BY r.requested_at DESC, r.id DESC LIMIT most;
    ELSIF of_endpoint IS NOT NULL THEN
        RETURN QUERY
        -- the one there is, and those deleted before it
        WITH known AS MATERIALIZED (
            SELECT c.id, c.schedule_cron FROM metadata_collections c WHERE c.endpoint_id = of_endpoint
        )
        SELECT
            r.id, r.collection_id, r.endpoint_id, r.status, r.trigger, r.requested_by, r.requested_at, r.scheduled_for,
            r.started_at, r.completed_at, r.attempt, r.error, r.error_code, r.skip_reason,
            (SELECT e.name FROM metadata_endpoints e WHERE e.id = of_endpoint),
            (SELECT k.schedule_cron FROM known k WHERE k.id = r.collection_id)
        FROM metadata_collection_runs r
        WHERE r.endpoint_id = of_endpoint
          AND r.requested_at >= since AND (r.requested_at, r.id) < (before_at, before_id)
        ORDER BY r.requested_at DESC, r.id DESC LIMIT most;
    ELSE
        RETURN QUERY
        SELECT * FROM run_rows r
        WHERE r.requested_at >= since AND (r.requested_at, r.id) < (before_at, before_id)
        ORDER BY r.requested_at DESC, r.id DESC LIMIT most;
    END IF;
END
$$;
