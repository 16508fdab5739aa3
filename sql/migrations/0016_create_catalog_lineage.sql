-- What views are made from, as their texts say. The datasets read are kept by the identities of their names, and
-- looked up when they are asked for: one that comes later is found then, and one that went is still known.
SET LOCAL lock_timeout = '5s';

CREATE TABLE catalog_lineage (
    dataset_id uuid CONSTRAINT catalog_lineage_pkey PRIMARY KEY
        CONSTRAINT catalog_lineage_dataset_id_fkey REFERENCES catalog_datasets (id) ON DELETE CASCADE,
    -- what it was taken from, by which way of reading, and when what it reads was looked at
    document_hash text NOT NULL,
    method integer NOT NULL,
    traced_at timestamptz NOT NULL,
    -- why it is not known to the column
    note text
);

CREATE TABLE catalog_lineage_sources (
    dataset_id uuid NOT NULL CONSTRAINT catalog_lineage_sources_dataset_id_fkey
        REFERENCES catalog_lineage (dataset_id) ON DELETE CASCADE,
    -- of the dataset that is read; one of the same endpoint
    identity bytea NOT NULL,
    endpoint_id uuid NOT NULL CONSTRAINT catalog_lineage_sources_endpoint_id_fkey REFERENCES metadata_endpoints (id),
    schema text,
    name text NOT NULL,
    level text NOT NULL CONSTRAINT catalog_lineage_sources_level_check CHECK (level IN ('TABLE', 'COLUMN')),
    -- [[column read, column made from it], …]
    columns jsonb NOT NULL,
    CONSTRAINT catalog_lineage_sources_pkey PRIMARY KEY (dataset_id, identity)
);

CREATE INDEX catalog_lineage_sources_identity_idx ON catalog_lineage_sources (endpoint_id, identity);
CREATE INDEX catalog_datasets_views_idx ON catalog_datasets (endpoint_id) WHERE kind IN ('VIEW', 'MATERIALIZED_VIEW');

-- Who refers to a dataset by a foreign key.
CREATE INDEX catalog_datasets_foreign_keys_idx ON catalog_datasets
    USING gin ((document -> 'foreign_keys') jsonb_path_ops) WHERE document -> 'foreign_keys' <> '[]';
