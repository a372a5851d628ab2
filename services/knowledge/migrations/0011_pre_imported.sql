-- What the file that an article came in from said last, a digest for each of its fields: what it says again is not taken from it again.
CREATE TABLE imported (
    article_id text PRIMARY KEY,
    said text NOT NULL
);
