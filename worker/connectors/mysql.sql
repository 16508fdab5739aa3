-- One sorted stream of everything in scope: for each object its header (part 0), columns (1), index columns
-- (2), foreign key columns (3) and view text (4). Names are sorted as bytes, so that the parts of one object
-- follow each other whatever the collations. {scope} restricts schema and table; {index_expression} is the
-- text of an index over an expression, where the server has such indexes.
SELECT CAST(TABLE_SCHEMA AS BINARY) AS s, CAST(TABLE_NAME AS BINARY) AS t, 0 AS part,
    CAST('' AS BINARY) AS key_name, 0 AS position,
    TABLE_TYPE AS a, ENGINE AS b, TABLE_COMMENT AS c, CAST(TABLE_ROWS AS CHAR) AS d,
    CAST(DATA_LENGTH + INDEX_LENGTH AS CHAR) AS e, NULL AS f, NULL AS g
FROM information_schema.TABLES
WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') AND {scope}
UNION ALL
SELECT CAST(TABLE_SCHEMA AS BINARY), CAST(TABLE_NAME AS BINARY), 1, CAST('' AS BINARY), ORDINAL_POSITION,
    COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, COLUMN_COMMENT, EXTRA, GENERATION_EXPRESSION
FROM information_schema.COLUMNS
WHERE {scope}
UNION ALL
SELECT CAST(TABLE_SCHEMA AS BINARY), CAST(TABLE_NAME AS BINARY), 2, CAST(INDEX_NAME AS BINARY), SEQ_IN_INDEX,
    COALESCE(COLUMN_NAME, {index_expression}), CAST(NON_UNIQUE AS CHAR), NULL, NULL, NULL, NULL, NULL
FROM information_schema.STATISTICS
WHERE {scope}
UNION ALL
SELECT CAST(TABLE_SCHEMA AS BINARY), CAST(TABLE_NAME AS BINARY), 3, CAST(CONSTRAINT_NAME AS BINARY),
    ORDINAL_POSITION,
    COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME, NULL, NULL, NULL
FROM information_schema.KEY_COLUMN_USAGE
WHERE REFERENCED_TABLE_NAME IS NOT NULL AND {scope}
UNION ALL
SELECT CAST(TABLE_SCHEMA AS BINARY), CAST(TABLE_NAME AS BINARY), 4, CAST('' AS BINARY), 0,
    VIEW_DEFINITION, NULL, NULL, NULL, NULL, NULL, NULL
FROM information_schema.VIEWS
WHERE {scope}
ORDER BY s, t, part, key_name, position
