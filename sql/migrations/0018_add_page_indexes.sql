-- What a page of runs or of the catalog shows is found in indexes, whatever it is narrowed to.
SET LOCAL lock_timeout = '5s';

ALTER TABLE metadata_collection_runs ADD COLUMN has_changes boolean NOT NULL DEFAULT false;

-- Kept here, so that it is true whoever writes a change.
CREATE FUNCTION catalog_changes_mark_their_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE metadata_collection_runs SET has_changes = true
    WHERE id IN (SELECT run_id FROM added) AND NOT has_changes;
    RETURN NULL;
END $$;

CREATE TRIGGER catalog_changes_mark_their_runs AFTER INSERT ON catalog_changes
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_changes_mark_their_runs();

UPDATE metadata_collection_runs SET has_changes = true
WHERE id IN (SELECT run_id FROM catalog_changes);

CREATE INDEX metadata_collection_runs_endpoint_state_idx
    ON metadata_collection_runs (endpoint_id, status, trigger, requested_at DESC, id DESC);
CREATE INDEX metadata_collection_runs_changed_idx
    ON metadata_collection_runs (status, trigger, requested_at DESC, id DESC) WHERE has_changes;
CREATE INDEX metadata_collection_runs_endpoint_changed_idx
    ON metadata_collection_runs (endpoint_id, status, trigger, requested_at DESC, id DESC) WHERE has_changes;

-- A page of the catalog, whatever it is narrowed to, is found in one index; and the endpoints it leaves out.
CREATE INDEX catalog_datasets_page_idx ON catalog_datasets (first_seen_at DESC, id DESC)
    INCLUDE (endpoint_id, schema, kind, removed_at);
DROP INDEX catalog_datasets_first_seen_idx;
CREATE INDEX metadata_endpoints_deleted_idx ON metadata_endpoints (id) WHERE deleted_at IS NOT NULL;
