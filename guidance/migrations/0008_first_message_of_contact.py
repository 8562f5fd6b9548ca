"""A thread's first message has the foreign key onto its contact; the others hang on the first by their chain."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guidance", "0007_every_door")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="first_of",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(models.When(seq=1, then=models.F("contact_id"))),
                output_field=models.UUIDField(),
            ),
        ),
        # Checked at the end of the transaction, as Django's own.
        migrations.RunSQL(
            """
            ALTER TABLE guidance_message
                ADD CONSTRAINT message_first_of_contact FOREIGN KEY (first_of)
                REFERENCES guidance_contact (id) DEFERRABLE INITIALLY DEFERRED;
            """,
            "ALTER TABLE guidance_message DROP CONSTRAINT message_first_of_contact;",
        ),
        migrations.AlterField(
            model_name="message",
            name="contact",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="guidance.contact",
            ),
        ),
    ]
