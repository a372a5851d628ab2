-- Files that were attached to cases: name and bytes sealed by the key of the case. `size` is of the bytes before they were sealed. Whoever
-- lists files never touches the bytes, which stand outside of the rows.
CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    case_id text NOT NULL,
    kind text NOT NULL,
    size int NOT NULL,
    internal boolean NOT NULL,
    by_kind text NOT NULL,
    by_id text NOT NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL,
    sealed_name bytea NOT NULL,
    sealed bytea NOT NULL
);
ALTER TABLE attachments ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX attachments_case ON attachments (case_id, place) INCLUDE (size);
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON attachments
    USING (coalesce(current_setting('tasuki.seer', true), '') = '' OR EXISTS (SELECT FROM cases WHERE cases.id = attachments.case_id))
    WITH CHECK (true);
