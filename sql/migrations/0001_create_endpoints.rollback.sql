DROP TABLE metadata_endpoints;
