"""Which unit a contact comes to.

By the rules of the admin pages: of those that fit channel, language and topic the lowest order wins, and without any
the front door has it. The rules are asked once, at the opening: a topic that the family chooses while it waits moves
nothing, so that nobody loses their place. The start page shows the front door's doors, whatever the rules say.
"""

from django.db.models import Q

from accounts.models import Unit
from accounts.selectors import front_door
from catalogue.models import Topic
from guidance.models import Contact, RoutingRule


def unit_for(channel: str, language: str, topic: Topic | None) -> Unit:
    """The unit for a new contact. Raises Unit.DoesNotExist on a platform without rule and front door."""
    fits = Q(channel__in=["", channel], language__in=["", language])
    fits &= Q(topic__isnull=True) | Q(topic=topic) if topic is not None else Q(topic__isnull=True)
    rule = RoutingRule.objects.filter(fits).select_related("unit").order_by("order", "pk").first()
    return rule.unit if rule is not None else front_door()


def unit_going_on(contact: Contact, channel: str) -> Unit:
    """The unit for what goes on from this contact in another channel: by the rules, unless people have moved the
    contact from where the rules had put it; then it stays with those who have it."""
    if contact.unit != unit_for(contact.channel, contact.language, contact.topic):
        return contact.unit
    return unit_for(channel, contact.language, contact.topic)
