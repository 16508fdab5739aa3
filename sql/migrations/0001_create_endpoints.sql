-- Registered sources. Sensitive parameters live in "secrets", one encrypted token per parameter name.
SET LOCAL lock_timeout = '5s';

CREATE TABLE metadata_endpoints (
    id uuid CONSTRAINT metadata_endpoints_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    source_id text NOT NULL,
    name text NOT NULL,
    description text,
    template_id text,
    verb text,
    url text NOT NULL,
    domain text,
    labels text[] NOT NULL DEFAULT '{}',
    parameters jsonb NOT NULL DEFAULT '{}',
    secrets jsonb NOT NULL DEFAULT '{}',
    capabilities text[] NOT NULL DEFAULT '{}',
    detected_version text,
    last_test jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);

CREATE UNIQUE INDEX metadata_endpoints_source_id_live_key ON metadata_endpoints (source_id) WHERE deleted_at IS NULL;
CREATE INDEX metadata_endpoints_created_idx ON metadata_endpoints (created_at DESC, id DESC);
CREATE INDEX metadata_endpoints_labels_idx ON metadata_endpoints USING gin (labels);
