"""Every contact so far was opened by its relationship's anonymous visitor."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("guidance", "0003_identification")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE guidance_contact c SET visitor_id = r.visitor_id
            FROM guidance_clientrelationship r WHERE r.id = c.relationship_id AND c.visitor_id IS NULL;
            """,
            migrations.RunSQL.noop,
        ),
    ]
