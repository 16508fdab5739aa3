DROP TABLE metadata_collection_run_logs;
DROP TABLE metadata_collection_runs;
