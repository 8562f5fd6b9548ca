"""Reading the catalogue is everybody's. Changing reference data is the catalogue admin's, in Django's admin."""

from accounts.models import Membership
from accounts.selectors import StaffUser, has_role


def may_edit_reference_data(user: StaffUser) -> bool:
    """A catalogue admin of any unit, or the platform's own superuser."""
    return user.is_active and (user.is_superuser or has_role(user, Membership.Role.CATALOGUE_ADMIN))
