DROP TABLE metadata_connection_tests;
