-- One row for each clock that runs; `fired` and `warned` are said and not to be said again for this generation.
CREATE TABLE deadlines (
    case_id text NOT NULL,
    name text NOT NULL,
    generation integer NOT NULL,
    priority text NOT NULL,
    due timestamptz NOT NULL,
    fire_at timestamptz NOT NULL,
    warn_at timestamptz,
    fired boolean NOT NULL DEFAULT false,
    traceparent text NOT NULL,
    PRIMARY KEY (case_id, name)
);
CREATE INDEX deadlines_fire ON deadlines (fire_at) WHERE NOT fired;
CREATE INDEX deadlines_warn ON deadlines (warn_at) WHERE warn_at IS NOT NULL AND NOT fired;
