SET LOCAL lock_timeout = '5s';

-- The newest runs of an endpoint, or of a collection, or of all, before (before_at, before_id). Each case has a plan
-- of its own, made once for a session: to make it takes as long as to read the page.
CREATE OR REPLACE FUNCTION run_rows_before(
    of_endpoint uuid, of_collection uuid, since timestamptz, before_at timestamptz, before_id uuid, most integer
) RETURNS SETOF run_rows LANGUAGE plpgsql STABLE ROWS 50
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    since := coalesce(since, '-infinity');
    IF of_collection IS NOT NULL THEN
        RETURN QUERY
        SELECT * FROM run_rows r
        WHERE r.collection_id = of_collection AND (of_endpoint IS NULL OR r.endpoint_id = of_endpoint)
          AND r.requested_at >= since AND (r.requested_at, r.id) < (before_at, before_id)
        ORDER BY r.requested_at DESC, r.id DESC LIMIT most;
    ELSIF of_endpoint IS NOT NULL THEN
        RETURN QUERY
        SELECT * FROM run_rows r
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
