-- What people tell beside the policy: absences, overrides, swaps of shifts and presence. Nothing is ever removed.
-- person: who is away, is put on duty, asks for a swap, or says so of themselves; other: the substitute, or who is asked to swap.
-- changed_*: who took it back, answered the swap, or said something else, and when; `ends` is when it ceases to hold.
CREATE TABLE attendance (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('absence', 'override', 'swap', 'presence')),
    id text NOT NULL,
    person text NOT NULL,
    other text NOT NULL,
    schedule text NOT NULL,
    state text NOT NULL,
    note text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    told_at timestamptz NOT NULL,
    told_by text NOT NULL,
    told_by_name text NOT NULL,
    changed_at timestamptz,
    changed_by text,
    changed_by_name text,
    ends timestamptz NOT NULL GENERATED ALWAYS AS (
        least(coalesce(until, 'infinity'), CASE WHEN kind <> 'swap' THEN changed_at END)
    ) STORED,
    UNIQUE (kind, id)
);
CREATE INDEX attendance_ends ON attendance (ends);
CREATE INDEX attendance_presence ON attendance (person) WHERE kind = 'presence' AND changed_at IS NULL;

-- Counts the changes, so that every replica sees cheaply whether there is anything new; its row is locked by whoever changes something.
CREATE TABLE attendance_changes (one boolean PRIMARY KEY DEFAULT true CHECK (one), number bigint NOT NULL);
INSERT INTO attendance_changes (number) VALUES (0);
