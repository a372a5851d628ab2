-- Records of cases that were reopened before that was marked: they went on answering. The text is added to and not taken apart,
-- and what was written meanwhile is left alone.
UPDATE archive SET changed_at = now(), record = left(replace(archive.record, ',"reopened_at":null', ''), -1)
    || ',"reopened_at":"' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"}'
FROM folds WHERE folds.key = archive.case_id AND archive.changed_at < now()
    AND coalesce(jsonb_typeof(folds.state::jsonb -> 'resolution'), 'null') = 'null'
    AND position('"reopened_at":"' IN archive.record) = 0;
