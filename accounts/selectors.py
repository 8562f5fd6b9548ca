"""Who works where, and as what."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import Membership, Unit, User

Role = Membership.Role
StaffUser = User | AnonymousUser


def roles_of(user: StaffUser) -> set[str]:
    """The roles that the user holds now in any unit; asked once per user object."""
    return {membership.role for membership in _memberships(user)}


def unit_ids(user: StaffUser, *roles: Membership.Role) -> list[int]:
    """The units where the user now holds one of the roles (any role when none is named)."""
    return sorted({m.unit_id for m in _memberships(user) if not roles or m.role in roles})


def units_of(user: StaffUser) -> list[Unit]:
    """The units where the user holds any role now, by name."""
    return sorted({m.unit for m in _memberships(user)}, key=lambda unit: (unit.name_fi, unit.pk))


def has_role(user: StaffUser, *roles: Membership.Role) -> bool:
    return any(m.role in roles for m in _memberships(user))


def role_in(user: StaffUser, unit_id: int) -> str | None:
    """The user's role in the unit, the working one before the supervising one; None without any."""
    held = {membership.role for membership in _memberships(user) if membership.unit_id == unit_id}
    return next((role for role in (Role.WORKER, Role.SUPERVISOR, *sorted(held)) if role in held), None)


def signed_in(request: HttpRequest | Request) -> User:
    """The staff user of a request whose entry rule has let only staff in."""
    assert isinstance(request.user, User)
    return request.user


def front_door() -> Unit:
    """The unit that new contacts come to. Raises Unit.DoesNotExist on a platform without one."""
    return Unit.objects.get(is_front_door=True)


def unit_named(name: str) -> Unit | None:
    """The unit by its name in addresses, its Finnish name or its number."""
    if "\x00" in name:  # PostgreSQL has no such text
        return None
    wanted = Q(slug=name) | Q(name_fi=name)
    if name.isascii() and name.isdigit() and len(name) < 10:
        wanted |= Q(pk=int(name))
    return Unit.objects.filter(wanted).first()


def _memberships(user: StaffUser) -> list[Membership]:
    if not isinstance(user, User) or not user.is_active:
        return []
    if not hasattr(user, "_current_memberships"):
        user._current_memberships = list(user.memberships.filter(ended_at__isnull=True).select_related("unit"))  # type: ignore[attr-defined]
    return user._current_memberships  # type: ignore[attr-defined]


def current_memberships(user: User) -> list[Membership]:
    """The roles that the user holds now, with their units."""
    return list(user.memberships.filter(ended_at__isnull=True).select_related("unit").order_by("unit__name_fi", "role"))


def ended_memberships(user: User) -> list[Membership]:
    """The roles that the user once held, the last ended first."""
    return list(user.memberships.filter(ended_at__isnull=False).select_related("unit").order_by("-ended_at"))
