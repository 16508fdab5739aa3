-- The catalog's memory: what datasets were before, what could not be read, and removals that wait for a person.
SET LOCAL lock_timeout = '5s';

-- Superseded versions. The current one is the dataset's own row: from changed_at until removed_at.
CREATE TABLE catalog_versions (
    dataset_id uuid NOT NULL CONSTRAINT catalog_versions_dataset_id_fkey
        REFERENCES catalog_datasets (id) ON DELETE CASCADE,
    version integer NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL,
    from_run_id uuid CONSTRAINT catalog_versions_from_run_id_fkey REFERENCES metadata_collection_runs (id),
    to_run_id uuid CONSTRAINT catalog_versions_to_run_id_fkey REFERENCES metadata_collection_runs (id),
    kind text NOT NULL,
    comment text,
    document jsonb NOT NULL,
    CONSTRAINT catalog_versions_pkey PRIMARY KEY (dataset_id, version)
);

CREATE INDEX catalog_versions_valid_idx ON catalog_versions (dataset_id, valid_from);

-- The last values of past days, where they differ from what followed. The latest are in catalog_observations.
CREATE TABLE catalog_observation_days (
    dataset_id uuid NOT NULL CONSTRAINT catalog_observation_days_dataset_id_fkey
        REFERENCES catalog_datasets (id) ON DELETE CASCADE,
    day date NOT NULL,
    row_count_estimate bigint,
    size_bytes bigint,
    observed_at timestamptz NOT NULL,
    CONSTRAINT catalog_observation_days_pkey PRIMARY KEY (dataset_id, day)
);

-- What a run did not remove although it found it gone. Without a decision it waits for one.
CREATE TABLE catalog_held_removals (
    run_id uuid NOT NULL CONSTRAINT catalog_held_removals_run_id_fkey REFERENCES metadata_collection_runs (id),
    dataset_id uuid NOT NULL CONSTRAINT catalog_held_removals_dataset_id_fkey
        REFERENCES catalog_datasets (id) ON DELETE CASCADE,
    endpoint_id uuid NOT NULL CONSTRAINT catalog_held_removals_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    held_at timestamptz NOT NULL,
    decision text CONSTRAINT catalog_held_removals_decision_check
        CHECK (decision IN ('APPROVED', 'DISMISSED', 'RESTORED', 'SUPERSEDED', 'SEEN')),
    decided_at timestamptz,
    decided_by text,
    CONSTRAINT catalog_held_removals_pkey PRIMARY KEY (run_id, dataset_id),
    CONSTRAINT catalog_held_removals_decided_check CHECK ((decision IS NULL) = (decided_at IS NULL))
);

CREATE UNIQUE INDEX catalog_held_removals_waiting_key ON catalog_held_removals (dataset_id) WHERE decision IS NULL;
CREATE INDEX catalog_held_removals_endpoint_idx ON catalog_held_removals (endpoint_id, held_at DESC);

-- A person wants it kept: until a run sees it again, only a person removes it.
ALTER TABLE catalog_datasets ADD COLUMN is_kept boolean NOT NULL DEFAULT false;

-- What a run listed and could not read.
CREATE TABLE metadata_collection_run_failures (
    run_id uuid NOT NULL CONSTRAINT metadata_collection_run_failures_run_id_fkey
        REFERENCES metadata_collection_runs (id) ON DELETE CASCADE,
    id bigint NOT NULL,
    database text,
    schema text,
    name text,
    code text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT metadata_collection_run_failures_pkey PRIMARY KEY (run_id, id)
);

-- How an endpoint is collected, as far as it differs from the defaults.
ALTER TABLE metadata_endpoints ADD COLUMN policy jsonb NOT NULL DEFAULT '{}';

CREATE INDEX catalog_datasets_removed_run_idx ON catalog_datasets (removed_run_id) WHERE removed_run_id IS NOT NULL;
