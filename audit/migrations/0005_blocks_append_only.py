"""Blocks are added and never changed; what is older than twelve years may be removed, by whole blocks. Nobody keeps the
right to change or remove, the owner of the tables included (a superuser keeps every right: verify_audit finds that)."""

from django.db import migrations

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at < now() - interval '12 years' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION audit_refuse_block_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL AND OLD.newest_at < now() - interval '12 years'
            AND to_jsonb(NEW) - '{removed_at,row_ids,row_prints}'::text[]
              = to_jsonb(OLD) - '{removed_at,row_ids,row_prints}'::text[] THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit blocks are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_block_append_only BEFORE UPDATE OR DELETE ON audit_auditblock
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_block_change();
CREATE TRIGGER audit_block_no_truncate BEFORE TRUNCATE ON audit_auditblock
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_block_change();

DO $$
DECLARE held record;
BEGIN
    FOR held IN
        SELECT DISTINCT c.oid::regclass AS found_on, a.grantee
        FROM pg_class c CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
        WHERE c.oid IN ('audit_auditevent'::regclass, 'audit_auditblock'::regclass)
          AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %s', held.found_on,
            CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(held.grantee)) END);
    END LOOP;
END $$;
"""

BACK = """
DROP TRIGGER audit_block_no_truncate ON audit_auditblock;
DROP TRIGGER audit_block_append_only ON audit_auditblock;
DROP FUNCTION audit_refuse_block_change();
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'restrict_violation';
END $$;
GRANT UPDATE, DELETE, TRUNCATE ON audit_auditevent, audit_auditblock TO CURRENT_USER;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_blocks")]

    operations = [migrations.RunSQL(APPEND_ONLY, BACK)]
