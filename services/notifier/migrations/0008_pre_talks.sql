-- Reports that somebody is making in a talk, step by step, for half an hour at most; the key hides who talks.
CREATE TABLE talks (
    key text PRIMARY KEY,
    talk text NOT NULL,
    at timestamptz NOT NULL   -- when they last said something
);
CREATE INDEX talks_at ON talks (at);
