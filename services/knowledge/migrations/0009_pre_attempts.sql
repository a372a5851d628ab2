-- How often a file was begun since the last batch of it was taken in: what kills whoever reads it is given up.
ALTER TABLE imports ADD COLUMN attempts integer NOT NULL DEFAULT 0;
