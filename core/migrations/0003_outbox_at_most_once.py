from typing import Any

from django.db import migrations, models
from django.db.models import F, Q


def settle_old_entries(apps: Any, schema_editor: Any) -> None:
    """What ended keeps no payload; what waits is sealed."""
    from core.letters import Letter
    from core.outbox import LETTER, MAX_ATTEMPTS, sealed

    entries = apps.get_model("core", "OutboxEntry").objects
    entries.filter(sent_at__isnull=False).update(
        state="sent", claimed_at=F("sent_at"), ended_at=F("sent_at"), payload={}
    )
    entries.filter(cancelled_at__isnull=False).update(state="cancelled", ended_at=F("cancelled_at"), payload={})
    entries.filter(state="waiting", attempts__gte=MAX_ATTEMPTS).update(
        state="given_up", ended_at=F("due_at"), reason="no_connection", payload={}
    )
    for entry in entries.filter(state="waiting"):
        entry.kind, entry.payload = LETTER, {"sealed": sealed(Letter(**entry.payload))}
        entry.save(update_fields=["kind", "payload"])


class Migration(migrations.Migration):
    dependencies = [("core", "0002_purgerun")]

    operations = [
        migrations.RemoveConstraint("outboxentry", "outbox_sent_or_cancelled"),
        migrations.RemoveIndex("outboxentry", "outbox_due"),
        migrations.AlterField("outboxentry", "kind", models.CharField(max_length=20)),
        migrations.AddField("outboxentry", "recipient", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField(
            "outboxentry",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("claimed", "Claimed"),
                    ("uncertain", "Uncertain"),
                    ("sent", "Sent"),
                    ("cancelled", "Cancelled"),
                    ("given_up", "Given Up"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddField("outboxentry", "reason", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("outboxentry", "claimed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("outboxentry", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(settle_old_entries, migrations.RunPython.noop),
        migrations.RemoveField("outboxentry", "sent_at"),
        migrations.RemoveField("outboxentry", "cancelled_at"),
        migrations.AddConstraint(
            "outboxentry",
            models.CheckConstraint(
                name="outbox_state_agrees",
                condition=Q(state="waiting", claimed_at__isnull=True, ended_at__isnull=True)
                | Q(state__in=["claimed", "uncertain"], claimed_at__isnull=False, ended_at__isnull=True)
                | Q(state="sent", claimed_at__isnull=False, ended_at__isnull=False)
                | Q(state__in=["cancelled", "given_up"], ended_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "outboxentry", models.Index(fields=["due_at"], name="outbox_waiting", condition=Q(state="waiting"))
        ),
        migrations.AddIndex(
            "outboxentry",
            models.Index(
                fields=["claimed_at"], name="outbox_unended", condition=Q(state__in=["claimed", "uncertain"])
            ),
        ),
    ]
