-- What a source was like when it was last read in full and without a failure: while its fingerprint is this one,
-- a run need not read it again. A run that reads on removes it, and leaves its own when it has met everything.
SET LOCAL lock_timeout = '5s';

CREATE TABLE catalog_fingerprints (
    endpoint_id uuid CONSTRAINT catalog_fingerprints_pkey PRIMARY KEY
        CONSTRAINT catalog_fingerprints_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    -- digests how the source was read: connection, schemas, version of Muster
    scope text NOT NULL,
    fingerprint text NOT NULL,
    -- when it was last read in full, and what that run counted
    read_at timestamptz NOT NULL,
    datasets integer NOT NULL,
    columns integer NOT NULL,
    filtered integer NOT NULL,
    -- the last run that found the source like this
    run_id uuid NOT NULL CONSTRAINT catalog_fingerprints_run_id_fkey REFERENCES metadata_collection_runs (id)
);

ALTER TABLE metadata_collection_runs
    ADD COLUMN read_mode text
        CONSTRAINT metadata_collection_runs_read_mode_check CHECK (read_mode IN ('FULL', 'FINGERPRINT')),
    -- what all attempts of the run have cost the source together
    ADD COLUMN source_statements integer,
    ADD COLUMN source_seconds double precision,
    ADD COLUMN source_rows bigint,
    ADD COLUMN source_bytes bigint;
