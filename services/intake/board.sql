-- name: end_of_stretch
-- The id of the last of so many done cases ($5 and one more) before $1, those of a team ($2) or of who has them ($3), whoever may see them; nothing where fewer are left.
SELECT id FROM cases
WHERE status = 'done' AND ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR team = $2) AND ($3::text IS NULL OR owner = $3)
  AND source <> ALL($4::text[])
ORDER BY id DESC OFFSET $5 LIMIT 1;

-- name: row_versions
SELECT id, xmin::text AS version FROM cases WHERE id = ANY($1::text[]);

-- name: case_of_number
SELECT id FROM cases WHERE number = $1;

-- name: views
SELECT name, query FROM saved_views WHERE person = $1 ORDER BY made_at, name;

-- name: keep_view
WITH kept AS (INSERT INTO saved_views (person, name, query, made_at) VALUES ($1, $2, $3, $4)
              ON CONFLICT (person, name) DO UPDATE SET query = excluded.query)
DELETE FROM saved_views WHERE person = $1 AND name IN (
    SELECT name FROM saved_views WHERE person = $1 ORDER BY made_at DESC OFFSET 19);

-- name: drop_view
DELETE FROM saved_views WHERE person = $1 AND name = $2;
