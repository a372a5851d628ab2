-- What was sealed in the moment in which the key of its case was destroyed stayed behind, and nobody can open it: releases before did not
-- wait for each other there. A key is written in one statement with the first thing that it seals.
DELETE FROM originals AS o WHERE NOT EXISTS (SELECT FROM case_keys AS k WHERE k.case_id = o.case_id);
DELETE FROM finds AS f WHERE NOT EXISTS (SELECT FROM case_keys AS k WHERE k.case_id = f.case_id);
DELETE FROM attachments AS a WHERE NOT EXISTS (SELECT FROM case_keys AS k WHERE k.case_id = a.case_id);
