"""Services out to a file and in again: what would change is looked at before anything is written."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.selectors import signed_in
from catalogue.admin.kept import KeptAdmin
from catalogue.exchange import Plan, Unreadable, as_csv, as_json, load, plan, read
from catalogue.exchange.reading import text_of
from catalogue.models import CatalogueFile
from core import clock
from core.opening_hours import local_date


class FileForm(forms.Form):
    file = forms.FileField(label=_("Tiedosto"), help_text=_("CSV taulukkolaskennasta tai JSON."))


class ExchangePages(KeptAdmin):
    """What the list of services has beside the list."""

    change_list_template = "admin/catalogue/service/change_list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.load_view)
        return [path("load/", view, name="catalogue_service_load"), *super().get_urls()]

    @admin.action(description=_("Vie valitut taulukkona (CSV)"))
    def export_csv(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _attached(as_csv(_whole(queryset)), "csv", "text/csv; charset=utf-8")

    @admin.action(description=_("Vie valitut JSON-tiedostona"))
    def export_json(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return _attached(as_json(_whole(queryset)), "json", "application/json")

    def load_view(self, request: HttpRequest) -> HttpResponse:
        """Send a file, look at its consequences, load it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        by = signed_in(request)
        form, refusal, shown = FileForm(), "", None
        if request.method == "POST" and "file" in request.FILES:
            form = FileForm(request.POST, request.FILES)
            if form.is_valid():
                sent = form.cleaned_data["file"]
                try:
                    text = text_of(sent.read())
                    shown = plan(read(sent.name, text))
                except Unreadable as error:
                    refusal = str(error)
                else:
                    CatalogueFile.objects.update_or_create(
                        sent_by=by, defaults={"sent_at": clock.now(), "name": sent.name[:200], "text": text}
                    )
        elif request.method == "POST" and "digest" in request.POST:
            with transaction.atomic():
                kept = CatalogueFile.objects.select_for_update().filter(sent_by=by).first()
                if kept is None:
                    refusal = gettext("Tiedosto ei ole enää täällä. Lähetä se uudelleen.")
                else:
                    shown = plan(read(kept.name, kept.text))
                    if shown.digest == request.POST["digest"]:
                        revision = load(plan=shown, by=by, now=clock.now())
                        kept.delete()
                        self._told(request, shown, revision)
                        return redirect("admin:catalogue_service_changelist")
                    refusal = gettext("Tiedot ovat muuttuneet sen jälkeen, kun katsoit. Tarkista vielä kerran.")
        elif request.method == "POST":
            form = FileForm(request.POST, request.FILES)
            form.is_valid()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Lataa palveluja tiedostosta"),
            "opts": self.opts,
            "form": form,
            "refusal": refusal,
            "plan": shown,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/catalogue/service/load.html", context)

    @staticmethod
    def _told(request: HttpRequest, loaded: Plan, revision: Any) -> None:
        count = loaded.counts["added"] + loaded.counts["changed"]
        said = ngettext("%(n)s palvelu ladattiin.", "%(n)s palvelua ladattiin.", count) % {"n": count}
        if revision is None:
            messages.success(request, said)
            return
        link = reverse("admin:catalogue_change_change", args=[revision.pk])
        messages.success(request, format_html('{} <a href="{}">{}</a>', said, link, _("Katso tai kumoa")))


def _whole(queryset: QuerySet) -> QuerySet:
    return queryset.select_related("provider", "general").prefetch_related(
        "areas", "situations", "codes", "at_locations__location"
    )


def _attached(text: str, ending: str, kind: str) -> HttpResponse:
    name = f"palvelut-{local_date(clock.now()).isoformat()}.{ending}"
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
