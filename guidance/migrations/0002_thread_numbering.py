"""What Django cannot declare: the chain that keeps a thread's numbers gapless, and room for frequent updates."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("guidance", "0001_initial")]

    operations = [
        # Each message needs the one before it, so 1, 2, 3, … is the only thread that can be stored, and nothing can
        # be taken out of its middle. Checked at the end of each statement.
        migrations.RunSQL(
            """
            ALTER TABLE guidance_message
                ADD CONSTRAINT message_follows_previous FOREIGN KEY (contact_id, previous_seq)
                REFERENCES guidance_message (contact_id, seq);
            """,
            "ALTER TABLE guidance_message DROP CONSTRAINT message_follows_previous;",
        ),
        # Every message touches its contact's row, never its indexed columns: keep the new version on the same page.
        migrations.RunSQL(
            "ALTER TABLE guidance_contact SET (fillfactor = 70);",
            "ALTER TABLE guidance_contact RESET (fillfactor);",
        ),
    ]
