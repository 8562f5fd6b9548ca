"""The services that were put aside come over into the new model, each with what it told."""

import hashlib
from typing import Any

from django.db import migrations

_LANGUAGES = ("fi", "sv", "en")


def come_over(apps: Any, _editor: Any) -> None:
    model = {name: apps.get_model("catalogue", name) for name in ("FlatService", "Provider", "Service", "Channel")}
    for flat in model["FlatService"].objects.order_by("id"):
        told = flat.told
        service = model["Service"].objects.create(
            slug=told["slug"],
            order=told["order"],
            status="published" if told["published"] else "draft",
            provider=_provider(model["Provider"], told),
            reviewed_on=told["checked_on"],
            price_kind="free" if told["price_fi"].lower().startswith("maksuton") else "",
            **_texts(told, "name", "name"),
            **_texts(told, "summary", "summary"),
            **_texts(told, "text", "description"),
            **_texts(told, "audience", "for_whom"),
            **_texts(told, "price", "price"),
            **_texts(told, "hours", "how_to"),
            **{f"keywords_{code}": _words(told[f"keywords_{code}"]) for code in _LANGUAGES},
        )
        service.situations.set(told["situations"])
        for order, (kind, value) in enumerate((("phone", told["phone"]), ("email", told["email"]), ("web", told["url"]))):
            if value:
                channel = model["Channel"].objects.create(kind=kind, value=value, **_texts(told, "name", "name"))
                service.through_channels.create(channel=channel, order=order)
        flat.delete()


def _provider(providers: Any, told: dict[str, Any]) -> Any:
    names = _texts(told, "provider", "name")
    if not any(names.values()):
        names["name_fi"] = "Ei tiedossa"
    slug = "tuottaja-" + hashlib.sha256(repr(sorted(names.items())).encode()).hexdigest()[:12]
    return providers.objects.get_or_create(slug=slug, defaults=names)[0]


def _texts(told: dict[str, Any], old: str, new: str) -> dict[str, str]:
    return {f"{new}_{code}": told[f"{old}_{code}"] for code in _LANGUAGES}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_catalogue_model_links")]

    operations = [
        migrations.RunPython(come_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="FlatService"),
    ]
