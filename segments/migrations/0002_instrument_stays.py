from django.db import migrations

GUARD = """
CREATE FUNCTION segments_instrument_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.slug, NEW.number, NEW.content, NEW.digest) IS DISTINCT FROM (OLD.slug, OLD.number, OLD.content, OLD.digest)
    THEN
        RAISE EXCEPTION 'a version of an instrument is never changed: publish a new one'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER segments_instrument_stays BEFORE UPDATE ON segments_instrumentversion
    FOR EACH ROW EXECUTE FUNCTION segments_instrument_stays();

CREATE FUNCTION segments_assessment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Its contact may leave the database before it does; nothing else of it moves.
    IF OLD.state <> 'open' AND to_jsonb(NEW) - 'contact_id' IS DISTINCT FROM to_jsonb(OLD) - 'contact_id' THEN
        RAISE EXCEPTION 'an assessment that was decided or withdrawn is never changed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER segments_assessment_stays BEFORE UPDATE ON segments_assessment
    FOR EACH ROW EXECUTE FUNCTION segments_assessment_stays();
"""

TAKEN_AWAY = """
DROP TRIGGER segments_assessment_stays ON segments_assessment;
DROP FUNCTION segments_assessment_stays();
DROP TRIGGER segments_instrument_stays ON segments_instrumentversion;
DROP FUNCTION segments_instrument_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, TAKEN_AWAY)]
