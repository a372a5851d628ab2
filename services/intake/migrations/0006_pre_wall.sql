-- The second wall: a transaction that reads for somebody with roles is shown no case but those that they may see. Where nobody is named
-- (the worker, signed links, programs of the whole organisation) all are shown. FORCE, because the service owns its tables.
ALTER TABLE cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases FORCE ROW LEVEL SECURITY;
ALTER TABLE folds ENABLE ROW LEVEL SECURITY;
ALTER TABLE folds FORCE ROW LEVEL SECURITY;
ALTER TABLE timeline ENABLE ROW LEVEL SECURITY;
ALTER TABLE timeline FORCE ROW LEVEL SECURITY;

CREATE POLICY seen ON cases
    USING (coalesce(current_setting('tasuki.seer', true), '') = '' OR may_see(nullif(current_setting('tasuki.seer', true), '')::jsonb, cases))
    WITH CHECK (true);
CREATE POLICY seen ON folds
    USING (coalesce(current_setting('tasuki.seer', true), '') = '' OR EXISTS (SELECT FROM cases WHERE cases.id = folds.key))
    WITH CHECK (true);
CREATE POLICY seen ON timeline
    USING (coalesce(current_setting('tasuki.seer', true), '') = '' OR EXISTS (SELECT FROM cases WHERE cases.id = timeline.case_id))
    WITH CHECK (true);
