DROP TABLE catalog_changes;
DROP TABLE catalog_observations;
DROP TABLE catalog_scopes;
DROP TABLE catalog_datasets;
