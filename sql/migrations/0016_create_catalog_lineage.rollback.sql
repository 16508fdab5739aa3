DROP INDEX catalog_datasets_foreign_keys_idx;
DROP INDEX catalog_datasets_views_idx;
DROP TABLE catalog_lineage_sources;
DROP TABLE catalog_lineage;
