-- By which version of the policy the clocks of all open cases have been counted, and of single cases while a newer one is being taken over.
CREATE TABLE counted_by (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL);
INSERT INTO counted_by (version) SELECT version FROM policy_versions ORDER BY version DESC LIMIT 1;
ALTER TABLE open_cases ADD COLUMN counted_by integer NOT NULL DEFAULT 0;
