-- Runs and their log lines. A run outlives its collection and its endpoint, which are only ever soft-deleted.
SET LOCAL lock_timeout = '5s';

CREATE TABLE metadata_collection_runs (
    id uuid CONSTRAINT metadata_collection_runs_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    collection_id uuid CONSTRAINT metadata_collection_runs_collection_id_fkey REFERENCES metadata_collections (id),
    endpoint_id uuid NOT NULL CONSTRAINT metadata_collection_runs_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    status text NOT NULL CONSTRAINT metadata_collection_runs_status_check
        CHECK (status IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'SKIPPED', 'CANCELED')),
    trigger text NOT NULL CONSTRAINT metadata_collection_runs_trigger_check
        CHECK (trigger IN ('MANUAL', 'SCHEDULE', 'REGISTRATION')),
    requested_by text,
    requested_at timestamptz NOT NULL DEFAULT now(),
    scheduled_for timestamptz,
    started_at timestamptz,
    completed_at timestamptz,
    workflow_id text,
    temporal_run_id text,
    attempt integer NOT NULL DEFAULT 0,
    error text,
    error_code text,
    skip_reason text,
    filters jsonb,
    progress jsonb,
    stats jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- a terminal run has an end, an active one has none
    CONSTRAINT metadata_collection_runs_completed_check
        CHECK ((status IN ('QUEUED', 'RUNNING')) = (completed_at IS NULL))
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX metadata_collection_runs_one_active_key ON metadata_collection_runs (collection_id)
    WHERE status IN ('QUEUED', 'RUNNING');
CREATE UNIQUE INDEX metadata_collection_runs_execution_key ON metadata_collection_runs (workflow_id, temporal_run_id);
CREATE INDEX metadata_collection_runs_requested_idx ON metadata_collection_runs (requested_at DESC, id DESC);
CREATE INDEX metadata_collection_runs_endpoint_idx ON metadata_collection_runs (endpoint_id, requested_at DESC, id DESC);
CREATE INDEX metadata_collection_runs_collection_idx ON metadata_collection_runs (collection_id, requested_at DESC, id DESC);
CREATE INDEX metadata_collection_runs_status_idx ON metadata_collection_runs (status, requested_at DESC, id DESC);
CREATE INDEX metadata_collection_runs_active_idx ON metadata_collection_runs (requested_at) WHERE status IN ('QUEUED', 'RUNNING');

CREATE TABLE metadata_collection_run_logs (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT metadata_collection_run_logs_pkey PRIMARY KEY,
    run_id uuid NOT NULL CONSTRAINT metadata_collection_run_logs_run_id_fkey REFERENCES metadata_collection_runs (id) ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    level text NOT NULL CONSTRAINT metadata_collection_run_logs_level_check CHECK (level IN ('DEBUG', 'INFO', 'WARNING', 'ERROR')),
    message text NOT NULL,
    fields jsonb
);

CREATE INDEX metadata_collection_run_logs_run_idx ON metadata_collection_run_logs (run_id, id);
