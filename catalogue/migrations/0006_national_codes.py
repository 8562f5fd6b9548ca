"""The national classes, target groups and life events, as they stand in `catalogue/national/codes.json`."""

from typing import Any

from django.db import migrations

from catalogue.national import national_list


def load(apps: Any, _editor: Any) -> None:
    model = apps.get_model("catalogue", "Code")
    rows = national_list("codes")
    model.objects.bulk_create(
        model(
            scheme=row["scheme"],
            uri=row["uri"],
            notation=row["notation"],
            name_fi=row["name"]["fi"],
            name_sv=row["name"]["sv"],
            name_en=row["name"]["en"],
        )
        for row in rows
    )
    codes = {code.uri: code for code in model.objects.all()}
    for row in rows:
        codes[row["uri"]].broader_id = codes[row["broader"]].pk if row["broader"] else None
    model.objects.bulk_update(codes.values(), ["broader"])


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_flat_services_come_over")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
