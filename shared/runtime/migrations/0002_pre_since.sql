-- Where a case stood before the first event that the release at work did not know, and every event since (JSON), so that
-- a release that knows it can fold the case again. A column of its own: an older release writes the others and leaves it.
ALTER TABLE folds ADD COLUMN since text;
CREATE INDEX folds_since ON folds (key) WHERE since IS NOT NULL;
