"""What we tell otherwise than the source: where the source has changed since, a person chooses."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import signed_in
from catalogue import history, overlay
from catalogue.admin.kept import ReadOnlyAdmin
from catalogue.history import Act
from catalogue.models import LocalEdit
from core import clock


class ConflictFilter(admin.SimpleListFilter):
    title = gettext_lazy("ristiriita")
    parameter_name = "conflict"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("lähde on muuttunut"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(conflict_since__isnull=False) if self.value() == "yes" else queryset


@admin.register(LocalEdit)
class LocalEditAdmin(ReadOnlyAdmin):
    list_display = ("of_what", "which", "conflict_since", "made_by", "made_at")
    list_display_links = ("of_what", "which")
    list_select_related = ("service", "provider", "location", "channel", "made_by")
    list_filter = (ConflictFilter,)

    @admin.display(description=gettext_lazy("mistä"))
    def of_what(self, edit: LocalEdit) -> str:
        return str(overlay.record_of(edit))

    @admin.display(description=gettext_lazy("kenttä"))
    def which(self, edit: LocalEdit) -> str:
        return overlay.title_of(edit)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ours and the source's beside each other, and a button under each."""
        if not self.has_view_permission(request) or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        edit = self.get_object(request, unquote(object_id))
        if edit is None:
            raise Http404
        if request.method == "POST":
            return self._settle(request, edit)
        record = overlay.record_of(edit)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{record}: {overlay.title_of(edit)}",
            "opts": self.opts,
            "edit": edit,
            "ours": overlay.told(edit, overlay.value_of(record, edit.field)),
            "theirs": overlay.told(edit, overlay.source_of(edit)),
            "earlier": overlay.told(edit, edit.source_value),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/catalogue/local_edit.html", context)

    @staticmethod
    def _settle(request: HttpRequest, edit: LocalEdit) -> HttpResponse:
        by, now = signed_in(request), clock.now()
        if request.POST.get("choice") == "theirs":
            record = overlay.record_of(edit)
            with history.act(kind=Act.SETTLED, by=by, roots=[record], now=now) as doing:
                overlay.take_theirs(edit=edit, by=by, now=now)
                doing.touch(type(record)._base_manager.get(pk=record.pk))
            messages.success(request, _("Lähteen tieto on nyt voimassa. Voit kumota tämän muutoksista."))
        elif edit.conflict_since is not None:
            overlay.keep_ours(edit=edit, by=by, now=now)
            messages.success(request, _("Oma teksti jää voimaan."))
        return redirect("admin:catalogue_localedit_changelist")
