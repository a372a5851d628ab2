-- Who was on duty in each schedule when that was last looked at, and which weekly digests have gone out.
CREATE TABLE duty (schedule text PRIMARY KEY, person text NOT NULL, since timestamptz NOT NULL);
CREATE TABLE digests (at timestamptz PRIMARY KEY);
