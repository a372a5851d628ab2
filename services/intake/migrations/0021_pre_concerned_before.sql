-- The cases that were there before; by itself, so that nobody who writes waits for it.
INSERT INTO concerned (person, case_id)
SELECT jsonb_array_elements_text(people || followers || to_jsonb(array_remove(ARRAY[reporter], ''))), id FROM cases ON CONFLICT DO NOTHING;
