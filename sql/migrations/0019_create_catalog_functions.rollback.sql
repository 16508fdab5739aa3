DROP FUNCTION catalog_as_of;
DROP FUNCTION catalog_version_at;
DROP FUNCTION catalog_hits;
DROP FUNCTION catalog_matches;
DROP FUNCTION catalog_starting;
DROP FUNCTION catalog_searchable;
DROP TYPE catalog_match;
