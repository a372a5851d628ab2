-- Whom a case concerns by name: who has it, is asked to take it over, was ever paged for it, follows it, or reported it. A list of what somebody
-- may see begins here and at the indexes of `cases`; behind the wall an index of jsonb is never used. It says nothing about who may see a case.
CREATE TABLE concerned (
    person text NOT NULL,
    case_id text NOT NULL,
    PRIMARY KEY (person, case_id)
);
CREATE INDEX concerned_case ON concerned (case_id);

-- A trigger, because an older release beside this one writes `cases` without knowing of it.
CREATE FUNCTION concerned_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM concerned WHERE case_id = OLD.id;
        RETURN NULL;
    END IF;
    named := ARRAY(SELECT jsonb_array_elements_text(NEW.people || NEW.followers || to_jsonb(array_remove(ARRAY[NEW.reporter], ''))));
    DELETE FROM concerned WHERE case_id = NEW.id AND person <> ALL (named);
    INSERT INTO concerned (person, case_id) SELECT unnest(named), NEW.id ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER concerned_new AFTER INSERT ON cases FOR EACH ROW
    WHEN (NEW.people <> '[]' OR NEW.followers <> '[]' OR NEW.reporter <> '') EXECUTE FUNCTION concerned_kept();
CREATE TRIGGER concerned_changed AFTER UPDATE ON cases FOR EACH ROW
    WHEN ((OLD.people, OLD.followers, OLD.reporter) IS DISTINCT FROM (NEW.people, NEW.followers, NEW.reporter)) EXECUTE FUNCTION concerned_kept();
CREATE TRIGGER concerned_gone AFTER DELETE ON cases FOR EACH ROW EXECUTE FUNCTION concerned_kept();
