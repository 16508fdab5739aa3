DROP TABLE metadata_collections;
