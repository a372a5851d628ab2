-- Cases are asked for by their number, and people keep filters of the board under names of their own.
CREATE INDEX cases_number ON cases (number);

CREATE TABLE saved_views (
    person text NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (person, name)
);
