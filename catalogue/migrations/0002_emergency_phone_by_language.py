from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="emergencycontact", name="emergency_contact_can_be_reached"),
        migrations.RenameField(model_name="emergencycontact", old_name="phone", new_name="phone_fi"),
        migrations.AddField(
            model_name="emergencycontact",
            name="phone_sv",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Tyhjä, kun numero on sama kuin suomeksi.",
                max_length=40,
                verbose_name="puhelin ruotsiksi",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="emergencycontact",
            name="phone_en",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="puhelin englanniksi"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="emergencycontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone_fi", ""), _negated=True) | models.Q(("url", ""), _negated=True),
                name="emergency_contact_can_be_reached",
                violation_error_message="Anna puhelinnumero tai verkkosivu.",
            ),
        ),
    ]
