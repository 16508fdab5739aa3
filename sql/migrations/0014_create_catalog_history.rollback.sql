DROP INDEX catalog_datasets_removed_run_idx;
ALTER TABLE metadata_endpoints DROP COLUMN policy;
DROP TABLE metadata_collection_run_failures;
ALTER TABLE catalog_datasets DROP COLUMN is_kept;
DROP TABLE catalog_held_removals;
DROP TABLE catalog_observation_days;
DROP TABLE catalog_versions;
