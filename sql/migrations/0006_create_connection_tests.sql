-- Connection tests under way. Their parameters reach the worker through this table, never through Temporal;
-- the encrypted ones are wiped when the test has ended.
SET LOCAL lock_timeout = '5s';

CREATE TABLE metadata_connection_tests (
    id uuid CONSTRAINT metadata_connection_tests_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    template_id text NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    secrets jsonb NOT NULL DEFAULT '{}',
    requested_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    ok boolean,
    diagnostics jsonb NOT NULL DEFAULT '[]',
    detected_version text
);

CREATE INDEX metadata_connection_tests_requested_idx ON metadata_connection_tests (requested_at);
