ALTER TABLE metadata_collection_runs
    DROP COLUMN read_mode,
    DROP COLUMN source_statements,
    DROP COLUMN source_seconds,
    DROP COLUMN source_rows,
    DROP COLUMN source_bytes;
DROP TABLE catalog_fingerprints;
