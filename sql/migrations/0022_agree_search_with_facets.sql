-- Facets are counted without the conditions that they stand for. For a search to find what they tell, whether a text
-- is taken for misspelled, and for what, must not depend on these conditions.
SET LOCAL lock_timeout = '5s';

-- As before; but misspellings are those of a search without conditions, and of names that are the same term, the one
-- that is spelled as searched for comes first.
CREATE OR REPLACE FUNCTION catalog_hits(
    search text, search_words tsquery, of_labels text[], with_removed boolean,
    of_endpoint uuid DEFAULT NULL, of_schema text DEFAULT NULL, of_kind text DEFAULT NULL
) RETURNS TABLE (place bigint, dataset_id uuid, endpoint_id uuid, schema text, kind text) LANGUAGE sql STABLE AS $$
    WITH whole AS (
        SELECT num_nonnulls(of_labels, of_endpoint, of_schema, of_kind) = 0 AS is_searched
    ), narrow AS MATERIALIZED (
        SELECT * FROM catalog_matches(search, search_words, of_labels, with_removed, of_endpoint, of_schema, of_kind)
    ), alike AS (
        SELECT a.*
        FROM catalog_matches(search, search_words, NULL, with_removed, NULL, NULL, NULL) a
        JOIN metadata_endpoints e ON e.id = a.endpoint_id
        -- ten matches among some are ten among all
        WHERE NOT (SELECT is_searched FROM whole) AND (SELECT count(*) FROM narrow WHERE rank < 8) < 10
          AND a.rank = 8 AND (of_labels IS NULL OR e.labels @> of_labels)
          AND (of_endpoint IS NULL OR a.endpoint_id = of_endpoint)
          AND (of_schema IS NULL OR a.schema = of_schema)
          AND (of_kind IS NULL OR a.kind = of_kind)
    ), best AS (
        SELECT DISTINCT ON (m.dataset_id) *
        FROM (
            SELECT * FROM narrow WHERE rank <> 8 OR (SELECT is_searched FROM whole)
            UNION ALL
            SELECT * FROM alike
        ) m
        ORDER BY m.dataset_id, m.rank
    )
    SELECT row_number() OVER (ORDER BY b.rank, b.name, is_other, b.dataset_id) AS place,
           b.dataset_id, b.endpoint_id, b.schema, b.kind
    FROM best b
    CROSS JOIN LATERAL (
        SELECT CASE b.rank WHEN 1 THEN (
            SELECT d.name NOT IN (search, substring(search FROM '[^.]*$'))
            FROM catalog_datasets d WHERE d.id = b.dataset_id) END AS is_other
    ) spelt
    ORDER BY place
    LIMIT 2000
$$;
