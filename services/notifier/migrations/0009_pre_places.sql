-- In which order notifications were written down; those of before this column count as earlier than all others.
CREATE SEQUENCE notifications_place;
ALTER TABLE notifications ADD COLUMN place bigint;
ALTER TABLE notifications ALTER COLUMN place SET DEFAULT nextval('notifications_place');
