-- One live collection per endpoint. "revision" grows with every change that concerns the schedule;
-- "applied_revision" is the one Temporal was last told.
SET LOCAL lock_timeout = '5s';

CREATE TABLE metadata_collections (
    id uuid CONSTRAINT metadata_collections_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    endpoint_id uuid NOT NULL CONSTRAINT metadata_collections_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    schedule_cron text,
    schedule_timezone text NOT NULL DEFAULT 'UTC',
    is_enabled boolean NOT NULL DEFAULT true,
    revision integer NOT NULL DEFAULT 1,
    applied_revision integer NOT NULL DEFAULT 0,
    schedule_error text,
    temporal_schedule_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);

CREATE UNIQUE INDEX metadata_collections_endpoint_live_key ON metadata_collections (endpoint_id) WHERE deleted_at IS NULL;
CREATE INDEX metadata_collections_endpoint_idx ON metadata_collections (endpoint_id);
CREATE INDEX metadata_collections_created_idx ON metadata_collections (created_at DESC, id DESC) WHERE deleted_at IS NULL;
