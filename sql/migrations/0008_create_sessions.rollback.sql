DROP TABLE sign_in_links;
DROP TABLE browser_sessions;
