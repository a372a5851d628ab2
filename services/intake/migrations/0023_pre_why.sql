-- Why nothing came of a delivery: a code. What an older release has taken, and what something came of, has none.
ALTER TABLE deliveries ADD COLUMN why text;
