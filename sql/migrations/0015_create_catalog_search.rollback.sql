CREATE INDEX catalog_datasets_live_idx ON catalog_datasets (endpoint_id, schema) WHERE removed_at IS NULL;
DROP INDEX catalog_datasets_live_kind_idx;
DROP INDEX catalog_datasets_gone_idx;
DROP TABLE catalog_search;
DROP TABLE catalog_terms;
DROP FUNCTION catalog_term_id(text);
DROP FUNCTION catalog_term(text);
