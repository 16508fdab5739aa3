-- Runs by status and trigger, alone or together: a rare pair would else be looked for among all runs.
SET LOCAL lock_timeout = '5s';

CREATE INDEX metadata_collection_runs_state_idx
    ON metadata_collection_runs (status, trigger, requested_at DESC, id DESC);
DROP INDEX metadata_collection_runs_status_idx;
