"""Admin pages whose changes are kept with who and when, told apart from the source's, and can be undone."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.selectors import signed_in
from catalogue import history, overlay
from catalogue.admin.reference_data import ReferenceDataAdmin
from catalogue.history import Act
from catalogue.models import LocalEdit
from core import clock


class KeptAdmin(ReferenceDataAdmin):
    """As reference data, and each saved form, removal and action is an act in the history."""

    change_form_template = "admin/catalogue/change_form.html"
    object_history_template = "admin/catalogue/history.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, self._shown(request, object_id, extra_context))
        root = self.get_object(request, unquote(object_id)) if object_id else None
        roots = [root] if root is not None else []
        by, now = signed_in(request), clock.now()
        extra = self._shown(request, object_id, extra_context)
        with (
            history.act(kind=self.act_of(request, root), by=by, roots=roots, now=now),
            overlay.kept(roots, by=by, now=now),
        ):
            return super().changeform_view(request, object_id, form_url, extra)

    def act_of(self, request: HttpRequest, root: Any) -> Act:
        return Act.ADDED if root is None else Act.CHANGED

    def _shown(self, request: HttpRequest, object_id: str | None, extra: Any) -> dict[str, Any]:
        return {**(extra or {}), **self.shown(request, object_id)}

    def shown(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """What the form's page tells beside the form."""
        return {"panel": None, "preview_languages": ()}

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        self._remove(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._remove(request, list(queryset))

    def _remove(self, request: HttpRequest, rows: Sequence[models.Model]) -> None:
        with transaction.atomic():
            for row in rows:
                self._record(request, row, "removed")
            with history.act(kind=Act.REMOVED, by=signed_in(request), roots=rows, now=clock.now()) as doing:
                for row in rows:
                    doing.remove(row)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        root = self.get_object(request, unquote(object_id))
        if root is None:
            raise Http404
        acts = history.acts_on(root)[:100]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Muutokset: %(name)s") % {"name": root},
            "opts": self.opts,
            "object": root,
            "changes": [described(revision) for revision in acts],
            "media": self.media,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Hours, places and channels of a page: each row that changes is recorded as the page's own fields are."""
        with transaction.atomic():
            for removed in formset.deleted_forms:
                if removed.instance.pk is not None:
                    self._record(request, removed.instance, "removed")
            for part in formset.forms:
                if part.has_changed() and getattr(part.instance, "local", None) is False:
                    part.instance.local = True  # written here from now on: no import touches it
            super().save_formset(request, form, formset, change)
            for row in formset.new_objects:
                self._record(request, row, "added")
            for row, fields in formset.changed_objects:
                self._record(request, row, "changed", sorted(fields))

    # -- fields that a source tells too --------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and overlay.is_imported(obj):
            for edit in overlay.edits_of(obj):
                if edit.field in form.base_fields:
                    field = form.base_fields[edit.field] = copy(form.base_fields[edit.field])
                    field.help_text = source_note(edit, field.help_text)
        return form


def source_note(edit: LocalEdit, before: Any = "") -> str:
    """Beside a field that we tell otherwise than the source: what the source says, and the way back to it."""
    return format_html(
        '{} <span class="source-note">{} <q>{}</q> <a href="{}">{}</a></span>',
        before,
        _("Lähteessä:"),
        Truncator(overlay.told(edit, overlay.source_of(edit)) or _("(tyhjä)")).chars(200),
        reverse("admin:catalogue_localedit_change", args=[edit.pk]),
        _("Vertaa ja palauta"),
    )


def described(revision: Any) -> dict[str, Any]:
    """A row of a list of changes."""
    changes = history.changes_of(revision)
    return {
        "revision": revision,
        "act": history.act_in_words(revision),
        "who": revision.user.full_name if revision.user else _("ei tiedossa"),
        "changes": [(change, history.lines_of(change)) for change in changes],
    }


class ChosenMany(AutocompleteSelectMultiple):
    """Many rows, each found by its words. No sign for clearing them all: it would stand as a stranger in their list."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}


class ManyChosen(ReferenceDataAdmin):
    """How many rows of another list are chosen: life situations are few, and each has a box to tick."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "situations":
            kwargs["widget"] = CheckboxSelectMultiple
        elif db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ChosenMany(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ReadOnlyAdmin(ReferenceDataAdmin):
    """Looked at here, written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
