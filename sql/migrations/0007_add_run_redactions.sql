-- How many secret values were masked in what a run stored.
SET LOCAL lock_timeout = '5s';

ALTER TABLE metadata_collection_runs ADD COLUMN redactions integer NOT NULL DEFAULT 0;
