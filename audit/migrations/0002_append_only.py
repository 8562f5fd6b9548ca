"""Rows of the audit are added and never changed or removed, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
                FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
            CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditevent
                FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
            """,
            """
            DROP TRIGGER audit_no_truncate ON audit_auditevent;
            DROP TRIGGER audit_append_only ON audit_auditevent;
            DROP FUNCTION audit_refuse_change();
            """,
        )
    ]
