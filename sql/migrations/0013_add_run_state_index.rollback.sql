CREATE INDEX metadata_collection_runs_status_idx ON metadata_collection_runs (status, requested_at DESC, id DESC);

DROP INDEX metadata_collection_runs_state_idx;
