"""The mechanism of who may what. Each app declares its own table; nothing else decides.

A rule answers three questions from one definition:
- refuse: fetching a foreign object raises 404, so that a stranger learns nothing of its existence;
- ask: `may(actor, Action.X, obj)` for showing or hiding a button;
- filter: `visible(actor, Action.X, queryset)` for lists.

`@requires(Action, fetch)` fetches and authorises a view's object in one step and marks the view; `@public`
marks what anybody may open. A test walks every address and fails on a view without a mark.
"""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from core.problems import is_api, problem_json

View = Callable[..., HttpResponse]


class Reach(StrEnum):
    """How somebody stands to a family's matter that an action reaches. Whoever stands in none of them is foreign."""

    OWN = "own"  # the family whose it is
    GATE = "gate"  # that family on a device that has to identify itself first: it is shown the way there, no more
    SHARED = "shared"  # somebody with whom that family has shared it
    HELD = "held"  # the worker who has the contact
    UNIT = "unit"  # staff of the contact's unit
    SEAT = "seat"  # staff who take part in the consultation
    ASKED = "asked"  # staff whom a consultation that waits asks
    ROOM = "room"  # staff of the unit whose hand-over room it is
    POOL = "pool"  # a worker of another unit of the common queue, while it waits there
    RESPONSIBLE = "responsible"  # the relationship's responsible worker, or the substitute of today
    RECEIVER = "receiver"  # staff of the unit that a live referral was sent to
    LINK = "link"  # a receiver outside the platform, by the link of a live referral and its code
    GLASS = "glass"  # staff of another unit who have broken the glass, with a reason and for a while


# How professionals stand to what is said between professionals, and in no family's matter.
AMONG_STAFF = (Reach.SEAT, Reach.ASKED, Reach.ROOM)


@dataclass(frozen=True)
class Rule:
    """One action: who in words (for docs/permissions.md), by role, and the condition on an actor.

    `roles` are the names of the cast that may try at all ("client", "worker", …); `entry(request)` says whether
    this request comes from one of them. The relation to a single object is the `fetch` of the view, which finds
    only what the actor may touch; `reach` declares it, empty for an action about no single family's matter. The
    page of permissions is made of both, and the sweep of the tests holds every address to them.
    """

    action: StrEnum
    roles: tuple[str, ...]
    relation: str
    entry: Callable[[HttpRequest], bool]
    reach: tuple[Reach, ...] = ()
    among_staff: tuple[str, ...] = ()  # roles that come by one of AMONG_STAFF or not at all


_RULES: dict[StrEnum, Rule] = {}


def declare(*rules: Rule) -> None:
    for rule in rules:
        if rule.action in _RULES:
            raise ValueError(f"{rule.action} is declared twice")
        _RULES[rule.action] = rule


def rule_of(action: str) -> Rule:
    """The rule of an action by its name. Raises KeyError for one that nobody has declared."""
    return {name.value: rule for name, rule in _RULES.items()}[action]


def rules() -> Iterable[Rule]:
    return sorted(_RULES.values(), key=lambda rule: rule.action.value)


def _refused(request: HttpRequest, staff: bool) -> HttpResponse:
    """No entry: staff pages lead to sign-in while nobody is signed in; all else does not exist."""
    if staff and not request.user.is_authenticated:
        if is_api(request):
            return problem_json(401, "not_authenticated", _("Kirjaudu sisään uudelleen."))
        return redirect_to_login(request.get_full_path())
    raise Http404


def requires(action: StrEnum, fetch: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Mark a view with its action. With `fetch(request, **url_kwargs)` the view gets the object instead of the ids."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            rule = _RULES[action]
            if not rule.entry(request):
                return _refused(request, staff="client" not in rule.roles)
            if fetch is None:
                return view(request, *args, **kwargs)
            return view(request, fetch(request, **kwargs))

        guarded.permission_mark = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view that anybody may open; the architecture test holds the short list of them."""
    view.permission_mark = "public"  # type: ignore[attr-defined]
    return view


class MarkedOnly(BasePermission):
    """DRF's gate: an API view without `action_marks` is closed to all.

    `action_marks = {"GET": Action.X, "POST": "public"}` on the view class; the entry rule is asked here, the
    relation to the object by the view's own fetch.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        mark = view.action_marks.get(request.method)
        if mark is None:  # a method that the view does not have is answered 405; one without a mark is closed
            return request.method == "OPTIONS" or not hasattr(view, request.method.lower())
        if mark == "public":
            return True
        rule = _RULES[mark]
        if rule.entry(request):
            return True
        if "client" not in rule.roles and not request.user.is_authenticated:
            return False
        raise Http404
