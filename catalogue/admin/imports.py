"""What imports did, to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from catalogue.admin.kept import ReadOnlyAdmin
from catalogue.models import ImportLine, ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "source", "mode", "state", "ended_at", "figures")
    list_filter = ("state", "mode")
    fields = ("source", "mode", "state", "started_at", "ended_at", "covers_until", "why_stopped", "report")
    readonly_fields = ("report",)

    @admin.display(description=_("luvut"))
    def figures(self, run: ImportRun) -> str:
        return ", ".join(f"{_told(act)} {count}" for act, count in run.counts.items())

    @admin.display(description=_("raportti"))
    def report(self, run: ImportRun) -> Any:
        """Each number leads to the rows that it counts."""
        counted = run.lines.order_by().values_list("act").annotate(n=Count("pk"))
        here = reverse("admin:catalogue_importline_changelist")
        rows = [(here, run.pk, act, _told(act), count) for act, count in sorted(counted)]
        if not rows:
            return _("Tämä tuonti ei muuttanut mitään.")
        links = format_html_join("", '<li><a href="{}?run__id__exact={}&act__exact={}">{}: {}</a></li>', rows)
        return format_html("<ul>{}</ul>", links)


def _told(act: str) -> str:
    return str(dict(ImportLine.Act.choices).get(act, _("ennallaan") if act == "unchanged" else act))


@admin.register(ImportLine)
class ImportLineAdmin(ReadOnlyAdmin):
    list_display = ("name", "act", "kind", "why", "which_fields", "source_id")
    list_filter = ("act", "kind", ("run", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "source_id")
    list_select_related = ("run",)
    show_full_result_count = False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Reached from its run, not from the index."""
        return {}

    @admin.display(description=_("kentät"))
    def which_fields(self, line: ImportLine) -> str:
        return ", ".join(map(str, line.fields))
