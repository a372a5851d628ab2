-- What the code before `wakes_at` looked things up by.
DROP INDEX deadlines_fire;
DROP INDEX deadlines_warn;
