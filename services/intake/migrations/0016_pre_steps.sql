-- What is to be done about a case, step by step: written by people, and ticked by whom and when. `done_at` is null while it is to be done.
CREATE TABLE steps (
    id uuid PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    case_id text NOT NULL,
    text text NOT NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL,
    done_by text NOT NULL DEFAULT '',
    done_at timestamptz
);
CREATE INDEX steps_case ON steps (case_id, place);
ALTER TABLE steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE steps FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON steps
    USING (coalesce(current_setting('tasuki.seer', true), '') = '' OR EXISTS (SELECT FROM cases WHERE cases.id = steps.case_id))
    WITH CHECK (true);
