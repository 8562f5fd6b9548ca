"""The first, flat services are put aside, so that the model in the shape of the national catalogue can take their name."""

from typing import Any

from django.db import migrations, models

_THREE = ("name", "summary", "text", "audience", "keywords", "provider", "price", "hours", "area")


def put_aside(apps: Any, _editor: Any) -> None:
    aside = apps.get_model("catalogue", "FlatService")
    for service in apps.get_model("catalogue", "Service").objects.prefetch_related("situations"):
        texts = {f"{field}_{code}": getattr(service, f"{field}_{code}") for field in _THREE for code in ("fi", "sv", "en")}
        plain = {field: getattr(service, field) for field in ("slug", "order", "phone", "email", "url", "published")}
        checked = service.checked_on.isoformat() if service.checked_on else None
        situations = [situation.pk for situation in service.situations.all()]
        aside.objects.create(told={**texts, **plain, "checked_on": checked, "situations": situations})


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_emergency_phone_by_language")]

    operations = [
        migrations.CreateModel(
            name="FlatService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told", models.JSONField()),
            ],
        ),
        migrations.RunPython(put_aside, migrations.RunPython.noop),
    ]
