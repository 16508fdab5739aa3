-- The search of the catalog. A dataset's rank is that of its best match: 1 its name is what was searched for,
-- 2 begins with it, 3 contains it; 4 its schema's name contains it; 5 a column's name is it, 6 begins with it,
-- 7 contains it; 8 a name is spelled much like it; 9 the comments contain its words. Each way of matching gives at
-- most most_hits, and all together as well, so that no search costs more than that however much there is.

-- name: search_datasets
WITH searchable AS NOT MATERIALIZED (
    SELECT s.*
    FROM catalog_search s
    WHERE NOT EXISTS (
        SELECT FROM metadata_endpoints e
        WHERE e.id = s.endpoint_id AND (e.deleted_at IS NOT NULL
            OR %(labels)s::text[] IS NOT NULL AND NOT e.labels @> %(labels)s::text[]))
      AND (%(include_removed)s::boolean OR NOT EXISTS (
        SELECT FROM catalog_datasets gone WHERE gone.id = s.dataset_id AND gone.removed_at IS NOT NULL))
      AND (%(endpoint_id)s::uuid IS NULL OR s.endpoint_id = %(endpoint_id)s)
      AND (%(schema)s::text IS NULL OR s.schema = %(schema)s)
      AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
), named AS MATERIALIZED (
    (SELECT dataset_id, name, endpoint_id, schema, kind, 1 AS rank
     FROM searchable
     WHERE name = %(term)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT dataset_id, name, endpoint_id, schema, kind, 2
     FROM searchable
     WHERE %(term)s <> '' AND name LIKE %(prefix)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT dataset_id, name, endpoint_id, schema, kind, 3
     FROM searchable
     WHERE name LIKE %(long)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT dataset_id, name, endpoint_id, schema, kind, 3
     FROM searchable
     WHERE %(short)s::text IS NOT NULL AND strpos(name, %(short)s) > 0
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind,
            CASE WHEN s.name = %(last_term)s THEN 1 ELSE 2 END
     FROM searchable s
     JOIN catalog_datasets d ON d.id = s.dataset_id
     WHERE %(parents)s::text IS NOT NULL AND s.name LIKE %(last_prefix)s
       AND lower(concat_ws('.', d.database, d.schema)) LIKE %(parents)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 3
     FROM searchable s
     JOIN catalog_datasets d ON d.id = s.dataset_id
     WHERE %(term)s = '' AND strpos(d.name, %(search)s) > 0
     LIMIT %(most_hits)s)
), terms AS MATERIALIZED (
    SELECT id, CASE WHEN term LIKE '.%%' THEN 4 WHEN term = %(term)s THEN 5 WHEN term LIKE %(prefix)s THEN 6 ELSE 7
               END AS rank
    FROM catalog_terms
    WHERE term LIKE %(column_part)s AND (SELECT count(*) FROM named) < %(most_hits)s
    ORDER BY rank, length(term), id
    LIMIT %(most_terms)s
), near AS MATERIALIZED (
    SELECT * FROM named
    UNION ALL
    (SELECT h.*, t.rank
     FROM terms t
     CROSS JOIN LATERAL (
        SELECT dataset_id, name, endpoint_id, schema, kind
        FROM searchable
        WHERE terms @> ARRAY[t.id]
        LIMIT %(most_hits)s) h
     LIMIT %(most_hits)s)
), room AS MATERIALIZED (
    SELECT count(*) < %(most_hits)s AS for_words,
           count(*) < %(most_near)s AND %(fuzzy)s::text IS NOT NULL AS for_fuzzy
    FROM near
), fuzzy_terms AS MATERIALIZED (
    SELECT id
    FROM catalog_terms
    WHERE (SELECT for_fuzzy FROM room) AND %(fuzzy)s <%% term AND term NOT LIKE '.%%'
    ORDER BY word_similarity(%(fuzzy)s, term) DESC, id
    LIMIT %(most_fuzzy)s
), hits AS MATERIALIZED (
    SELECT dataset_id, name, endpoint_id, schema, kind, min(rank) AS rank
    FROM (
        SELECT * FROM near
        UNION ALL
        (SELECT dataset_id, name, endpoint_id, schema, kind, 8
         FROM searchable
         WHERE (SELECT for_fuzzy FROM room) AND %(fuzzy)s <%% name
         ORDER BY word_similarity(%(fuzzy)s, name) DESC, dataset_id
         LIMIT %(most_fuzzy)s)
        UNION ALL
        (SELECT h.*, 8
         FROM fuzzy_terms t
         CROSS JOIN LATERAL (
            SELECT dataset_id, name, endpoint_id, schema, kind
            FROM searchable
            WHERE terms @> ARRAY[t.id]
            LIMIT %(most_near)s) h)
        UNION ALL
        (SELECT dataset_id, name, endpoint_id, schema, kind, 9
         FROM searchable
         WHERE (SELECT for_words FROM room) AND words @@ %(words)s::tsquery
         LIMIT %(most_hits)s)
    ) AS found
    GROUP BY dataset_id, name, endpoint_id, schema, kind
    ORDER BY min(rank), name, dataset_id
    LIMIT %(most_hits)s
)
SELECT (SELECT count(*) FROM hits) AS total, ARRAY(
    SELECT h.dataset_id
    FROM hits h
    WHERE %(after)s::uuid IS NULL OR (h.rank, h.name, h.dataset_id) > (
        SELECT a.rank, a.name, a.dataset_id FROM hits a WHERE a.dataset_id = %(after)s::uuid)
    ORDER BY h.rank, h.name, h.dataset_id
    LIMIT %(first)s) AS ids;
