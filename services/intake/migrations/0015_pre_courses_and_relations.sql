-- The course of each case, out of its history: when somebody answered first, when it was done for good, how often it came back and climbed.
-- Seconds are by the clock on the wall; a report that is handled as another case has none of its own. An answer that was taken back within
-- its minute (`UNDO_WITHIN` of shared/contracts/undo.py) is none. A case climbs when somebody else is asked because nobody answered or could
-- be reached; it is late when nobody answered in time, or a later deadline passed. The walls of `cases` and `timeline` hold here too.
CREATE VIEW courses WITH (security_invoker = true) AS
SELECT cases.id, cases.number, cases.priority, cases.team, cases.source, cases.created_at, told.kind, told.linked, told.reopened,
       told.climbs, told.late, told.done_at,
       CASE WHEN NOT told.linked AND told.answered_at IS NOT NULL
            THEN greatest(0, round(extract(epoch FROM told.answered_at - cases.created_at)))::int END AS answered_in,
       CASE WHEN NOT told.linked AND told.done_at IS NOT NULL
            THEN greatest(0, round(extract(epoch FROM told.done_at - cases.created_at)))::int END AS done_in
FROM cases CROSS JOIN LATERAL (
    SELECT max(line.body::jsonb #>> '{report,kind}') FILTER (WHERE line.type = 'case.submitted.v1') AS kind,
           min(line.at) FILTER (WHERE line.type IN ('case.started.v1', 'case.paused.v1', 'case.reassigned.v1', 'case.resolved.v1')
                                OR (line.type = 'case.acknowledged.v1' AND NOT EXISTS (
                                    SELECT FROM timeline AS back
                                    WHERE back.case_id = line.case_id AND back.type = 'case.unacknowledged.v1'
                                      AND back.at BETWEEN line.at AND line.at + interval '60 seconds'
                                      AND back.body::jsonb #>> '{by,id}' = line.body::jsonb #>> '{by,id}'))) AS answered_at,
           CASE WHEN coalesce(max(line.at) FILTER (WHERE line.type = 'case.resolved.v1')
                              > max(line.at) FILTER (WHERE line.type = 'case.reopened.v1'), true)
                THEN max(line.at) FILTER (WHERE line.type = 'case.resolved.v1') END AS done_at,
           coalesce(max(line.at) FILTER (WHERE line.type IN ('case.linked.v1', 'escalation.linked.v1'))
                    > coalesce(max(line.at) FILTER (WHERE line.type IN ('case.split.v1', 'case.reassessed.v1', 'case.reopened.v1')),
                               '-infinity'), false) AS linked,
           count(*) FILTER (WHERE line.type = 'case.reopened.v1')::int AS reopened,
           count(*) FILTER (WHERE line.type = 'escalation.assigned.v1' AND line.body::jsonb ->> 'cause' IN ('breached', 'unreachable'))::int
               AS climbs,
           coalesce(bool_or(CASE line.type WHEN 'escalation.assigned.v1' THEN line.body::jsonb ->> 'cause' = 'breached'
                                           WHEN 'deadline.breached.v1' THEN line.body::jsonb ->> 'name' NOT LIKE '%_response' END), false)
               AS late
    FROM timeline AS line WHERE line.case_id = cases.id) AS told
WHERE told.kind IS NOT NULL;

-- Cases that have to do with each other, by hand; neither leads, and nobody is asked because of it. `one` is the smaller of the two ids.
CREATE TABLE relations (
    one text NOT NULL,
    other text NOT NULL,
    by_id text NOT NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
);
CREATE INDEX relations_other ON relations (other);
ALTER TABLE relations ENABLE ROW LEVEL SECURITY;
ALTER TABLE relations FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON relations
    USING (coalesce(current_setting('tasuki.seer', true), '') = ''
           OR (EXISTS (SELECT FROM cases WHERE cases.id = one) AND EXISTS (SELECT FROM cases WHERE cases.id = other)))
    WITH CHECK (true);
