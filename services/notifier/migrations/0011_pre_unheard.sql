-- The calls of which more is to be told: few of all that were made.
DROP INDEX CONCURRENTLY IF EXISTS notifications_unheard;
CREATE INDEX CONCURRENTLY notifications_unheard ON notifications (attempted_at)
    WHERE channel = 'phone' AND state IN ('accepted', 'delivered', 'answered');
