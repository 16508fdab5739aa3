-- name: insert_event
INSERT INTO audit_events (
    actor, identity, role, address, action, object_kind, object_id, object_name, outcome, error_code, before, after
) VALUES (
    %(actor)s, %(identity)s, %(role)s, %(address)s, %(action)s, %(object_kind)s, %(object_id)s, %(object_name)s,
    %(outcome)s, %(error_code)s, %(before)s, %(after)s
);

-- name: event_position
SELECT at, id FROM audit_events WHERE id = %(id)s;

-- name: list_events
SELECT *
FROM audit_events
WHERE (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(action)s::text IS NULL OR action = %(action)s)
  AND (%(object_kind)s::text IS NULL OR object_kind = %(object_kind)s)
  AND (%(object_id)s::uuid IS NULL OR object_id = %(object_id)s)
  AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
  AND (%(from)s::timestamptz IS NULL OR at >= %(from)s)
  AND (at, id) < (%(before_at)s::timestamptz, %(before_id)s::bigint)
ORDER BY at DESC, id DESC
LIMIT %(first)s;

-- name: count_events
SELECT count(*)
FROM audit_events
WHERE (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(action)s::text IS NULL OR action = %(action)s)
  AND (%(object_kind)s::text IS NULL OR object_kind = %(object_kind)s)
  AND (%(object_id)s::uuid IS NULL OR object_id = %(object_id)s)
  AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
  AND (%(from)s::timestamptz IS NULL OR at >= %(from)s)
  AND (%(to)s::timestamptz IS NULL OR at <= %(to)s);
