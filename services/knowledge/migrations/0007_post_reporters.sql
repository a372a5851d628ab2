-- Who reported a case and was erased with it stood beside its record for ever.
WITH erased AS MATERIALIZED (
    SELECT key, state FROM folds WHERE position('"kind":"anonymous"' IN state) > 0
)
UPDATE archive SET changed_at = now(), sight = (
    archive.sight::jsonb || jsonb_build_object(
        'reporter', '',
        'followers', coalesce(archive.sight::jsonb -> 'followers', '[]') - (archive.sight::jsonb ->> 'reporter')
    )
)::text
FROM erased WHERE erased.key = archive.case_id
    AND erased.state::jsonb #>> '{submitted,by,kind}' = 'anonymous' AND archive.sight::jsonb ->> 'reporter' <> '';
