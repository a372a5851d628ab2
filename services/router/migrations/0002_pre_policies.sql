-- The files of each version as they were written, who published it by which road, and which old version it brought back.
ALTER TABLE policy_versions
    ADD COLUMN files jsonb,
    ADD COLUMN files_digest text NOT NULL DEFAULT '',
    ADD COLUMN origin text NOT NULL DEFAULT 'files' CHECK (origin IN ('files', 'api')),
    ADD COLUMN published_by_id text NOT NULL DEFAULT '',
    ADD COLUMN restores integer;
