-- The steps of each run, as the worker tried them. Shown only: no decision is taken on what stands here.
SET LOCAL lock_timeout = '5s';

CREATE TABLE metadata_collection_run_steps (
    run_id uuid NOT NULL CONSTRAINT metadata_collection_run_steps_run_id_fkey
        REFERENCES metadata_collection_runs (id) ON DELETE CASCADE,
    name text NOT NULL CONSTRAINT metadata_collection_run_steps_name_check
        CHECK (name IN ('START', 'PREPARE', 'INGEST', 'PERSIST', 'COMPLETE')),
    state text NOT NULL CONSTRAINT metadata_collection_run_steps_state_check
        CHECK (state IN ('RUNNING', 'DONE', 'FAILED', 'CANCELED')),
    started_at timestamptz NOT NULL,
    attempt_started_at timestamptz NOT NULL,
    ended_at timestamptz,
    attempts integer NOT NULL,
    error text,
    CONSTRAINT metadata_collection_run_steps_pkey PRIMARY KEY (run_id, name)
);
