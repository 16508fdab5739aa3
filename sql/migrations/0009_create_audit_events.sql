-- Who did what to what. Rows are only ever added: whoever asks, changing and removing them is refused.
SET LOCAL lock_timeout = '5s';

CREATE TABLE audit_events (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_events_pkey PRIMARY KEY,
    -- not now(): a transaction that waited for a lock did its deed after the wait
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    identity text,
    role text,
    address text,
    action text NOT NULL,
    object_kind text,
    object_id uuid,
    object_name text,
    outcome text NOT NULL
        CONSTRAINT audit_events_outcome_check CHECK (outcome IN ('SUCCEEDED', 'REFUSED', 'FAILED')),
    error_code text,
    before jsonb,
    after jsonb
);

CREATE INDEX audit_events_at_idx ON audit_events (at DESC, id DESC);
CREATE INDEX audit_events_actor_idx ON audit_events (actor, at DESC, id DESC);
CREATE INDEX audit_events_action_idx ON audit_events (action, at DESC, id DESC);
CREATE INDEX audit_events_object_idx ON audit_events (object_id, at DESC, id DESC) WHERE object_id IS NOT NULL;

CREATE FUNCTION audit_events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- For each statement, so that TRUNCATE and what touches no row are refused as well, and the owner too.
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_append_only();

REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM PUBLIC, CURRENT_USER;
