-- What the overview counts, from indexes alone.
SET LOCAL lock_timeout = '5s';

-- The last outcome of a collection, past runs that were skipped or cancelled.
CREATE INDEX metadata_collection_runs_outcome_idx
    ON metadata_collection_runs (collection_id, requested_at DESC, id DESC) INCLUDE (status, completed_at)
    WHERE status IN ('SUCCEEDED', 'PARTIAL', 'FAILED');
CREATE INDEX catalog_datasets_live_idx ON catalog_datasets (endpoint_id, schema) WHERE removed_at IS NULL;
CREATE INDEX metadata_collections_scheduled_idx ON metadata_collections (endpoint_id)
    WHERE deleted_at IS NULL AND is_enabled AND schedule_cron IS NOT NULL;
