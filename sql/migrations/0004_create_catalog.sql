-- What the sources hold. "identity" digests (database, schema, name), so that a name of any length can be a key.
SET LOCAL lock_timeout = '5s';

CREATE TABLE catalog_datasets (
    id uuid CONSTRAINT catalog_datasets_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    endpoint_id uuid NOT NULL CONSTRAINT catalog_datasets_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    identity bytea NOT NULL,
    database text,
    schema text,
    name text NOT NULL,
    kind text NOT NULL,
    comment text,
    document jsonb NOT NULL,
    document_hash text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    first_seen_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_run_id uuid CONSTRAINT catalog_datasets_changed_run_id_fkey REFERENCES metadata_collection_runs (id),
    -- set only while the dataset lags behind its scope: its last confirmation before it failed or went
    confirmed_at timestamptz,
    confirmed_run_id uuid CONSTRAINT catalog_datasets_confirmed_run_id_fkey REFERENCES metadata_collection_runs (id),
    removed_at timestamptz,
    removed_run_id uuid CONSTRAINT catalog_datasets_removed_run_id_fkey REFERENCES metadata_collection_runs (id)
);

CREATE UNIQUE INDEX catalog_datasets_identity_key ON catalog_datasets (endpoint_id, identity);
CREATE INDEX catalog_datasets_first_seen_idx ON catalog_datasets (first_seen_at DESC, id DESC);
CREATE INDEX catalog_datasets_endpoint_idx ON catalog_datasets (endpoint_id, first_seen_at DESC, id DESC);

-- The parents that a run listed. A dataset that is not removed and does not lag was confirmed by its scope's last run:
-- an unchanged dataset is confirmed without writing to it.
CREATE TABLE catalog_scopes (
    endpoint_id uuid NOT NULL CONSTRAINT catalog_scopes_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    database text,
    schema text,
    confirmed_at timestamptz NOT NULL,
    run_id uuid NOT NULL CONSTRAINT catalog_scopes_run_id_fkey REFERENCES metadata_collection_runs (id),
    CONSTRAINT catalog_scopes_key UNIQUE NULLS NOT DISTINCT (endpoint_id, database, schema)
);

-- Row counts and sizes move all the time and are no part of a dataset's version.
CREATE TABLE catalog_observations (
    dataset_id uuid CONSTRAINT catalog_observations_pkey PRIMARY KEY
        CONSTRAINT catalog_observations_dataset_id_fkey REFERENCES catalog_datasets (id) ON DELETE CASCADE,
    row_count_estimate bigint,
    size_bytes bigint,
    observed_at timestamptz NOT NULL
);

CREATE TABLE catalog_changes (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT catalog_changes_pkey PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    endpoint_id uuid NOT NULL CONSTRAINT catalog_changes_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    dataset_id uuid NOT NULL CONSTRAINT catalog_changes_dataset_id_fkey REFERENCES catalog_datasets (id),
    run_id uuid CONSTRAINT catalog_changes_run_id_fkey REFERENCES metadata_collection_runs (id),
    field text,
    before jsonb,
    after jsonb,
    is_breaking boolean NOT NULL DEFAULT false
);

CREATE INDEX catalog_changes_at_idx ON catalog_changes (at DESC, id DESC);
CREATE INDEX catalog_changes_endpoint_idx ON catalog_changes (endpoint_id, at DESC, id DESC);
CREATE INDEX catalog_changes_dataset_idx ON catalog_changes (dataset_id, at DESC, id DESC);
CREATE INDEX catalog_changes_run_idx ON catalog_changes (run_id, at DESC, id DESC);
