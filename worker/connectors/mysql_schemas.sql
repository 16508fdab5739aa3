-- The schemas, how many objects are shown of each, whether the account may see all of it, and whether it may see
-- all schemas. MySQL hides what an account holds no right on, so an absent name proves nothing unless a right covers
-- the whole schema. TABLE_SCHEMA is a LIKE pattern in grants; of those that match a schema only the most specific
-- counts, that is the one whose first wildcard comes last. Names are compared as bytes: the server would not tell
-- upper from lower case, and reuse what it found for one.
SELECT s.SCHEMA_NAME, COALESCE(c.objects, 0),
    EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES p
        WHERE p.GRANTEE = g.grantee AND p.PRIVILEGE_TYPE IN ('SELECT', 'REFERENCES'))
    OR COALESCE((
        SELECT p.shows_all
        FROM (SELECT GRANTEE, CAST(TABLE_SCHEMA AS BINARY) AS pattern,
                LOCATE('_', REPLACE(REPLACE(REPLACE(TABLE_SCHEMA, '\\_', '..'), '\\%%', '..'), '%%', '_')) AS wildcard,
                MAX(PRIVILEGE_TYPE IN ('SELECT', 'REFERENCES')) AS shows_all
            FROM information_schema.SCHEMA_PRIVILEGES
            GROUP BY GRANTEE, pattern, wildcard) p
        WHERE p.GRANTEE = g.grantee AND s.exact LIKE p.pattern
        ORDER BY p.wildcard = 0 DESC, p.wildcard DESC, p.shows_all
        LIMIT 1), 0),
    EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES p
        WHERE p.GRANTEE = g.grantee AND p.PRIVILEGE_TYPE = 'SHOW DATABASES')
FROM (SELECT SCHEMA_NAME, CAST(SCHEMA_NAME AS BINARY) AS exact FROM information_schema.SCHEMATA
    WHERE SCHEMA_NAME NOT IN %(system)s) s
LEFT JOIN (SELECT CAST(TABLE_SCHEMA AS BINARY) AS exact, COUNT(*) AS objects FROM information_schema.TABLES
    WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') GROUP BY 1) c ON c.exact = s.exact
CROSS JOIN (SELECT CONCAT('''', LEFT(name, CHAR_LENGTH(name) - CHAR_LENGTH(host) - 1), '''@''', host, '''') AS grantee
    FROM (SELECT CURRENT_USER() AS name, SUBSTRING_INDEX(CURRENT_USER(), '@', -1) AS host) account) g
ORDER BY s.exact
