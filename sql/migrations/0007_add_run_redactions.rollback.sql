ALTER TABLE metadata_collection_runs DROP COLUMN redactions;
