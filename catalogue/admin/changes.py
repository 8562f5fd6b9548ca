"""Every change of the catalogue: who, when, what; and the way back."""

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
from catalogue import history
from catalogue.admin.kept import ReadOnlyAdmin, described
from catalogue.history import Act, CannotUndo
from catalogue.models import Change
from core import clock


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("when", "who", "act", "what")
    list_display_links = ("when", "what")
    list_select_related = ("user",)
    list_filter = (("user", admin.RelatedOnlyFieldListFilter),)
    list_per_page = 50
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).exclude(comment=Act.FOUND).prefetch_related("version_set")

    @admin.display(description=gettext_lazy("milloin"), ordering="date_created")
    def when(self, change: Change) -> Any:
        return change.date_created

    @admin.display(description=gettext_lazy("kuka"))
    def who(self, change: Change) -> str:
        return change.user.full_name if change.user else _("ei tiedossa")

    @admin.display(description=gettext_lazy("mitä"))
    def act(self, change: Change) -> str:
        return history.act_in_words(change)

    @admin.display(description=gettext_lazy("mistä"))
    def what(self, change: Change) -> str:
        names = [root.name for root in history.changes_of(change)]
        return ", ".join(names[:3]) + (f" + {len(names) - 3}" if len(names) > 3 else "")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One change, difference by difference. Posting undoes it."""
        if not self.has_view_permission(request) or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        change = self.get_object(request, unquote(object_id))
        if change is None:
            raise Http404
        reasons: list[str] = []
        if request.method == "POST":
            try:
                history.undo(revision=change, by=signed_in(request), now=clock.now())
            except CannotUndo as refused:
                reasons = refused.reasons
            else:
                messages.success(request, _("Muutos on kumottu. Myös kumoaminen näkyy muutoksissa."))
                return redirect("admin:catalogue_change_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Muutos"),
            "opts": self.opts,
            "change": described(change),
            "reasons": reasons,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/catalogue/one_change.html", context)
