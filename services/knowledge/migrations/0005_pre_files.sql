-- Files of articles: of which versions they are (`since` is the first, `until` the first without it; null while it stays). One id
-- is the same bytes, also in an article that another became part of. A version is written without a look here, so that a release
-- that does not know of files loses none.
CREATE TABLE article_files (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id text NOT NULL,
    id uuid NOT NULL,
    since integer NOT NULL,
    until integer,
    name text NOT NULL,
    kind text NOT NULL,
    size integer NOT NULL,
    public boolean NOT NULL,
    by_whom text NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (article_id, id, since)
);
CREATE INDEX article_files_id ON article_files (id);

-- What stands in them, outside of the rows; gone when a file is taken away for good.
CREATE TABLE article_file_bytes (
    id uuid PRIMARY KEY,
    size integer NOT NULL,
    body bytea NOT NULL
);
ALTER TABLE article_file_bytes ALTER COLUMN body SET STORAGE EXTERNAL;
