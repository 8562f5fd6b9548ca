"""What a family can find here: life situations, topics, services and the numbers for an emergency.

Content stands in three columns, `_fi`, `_sv` and `_en`; `core.translations.localized` picks the reader's own. The shape
of services, places and channels follows Open Referral's HSDS and the national catalogue (Palvelutietovaranto, PTV).
"""

from catalogue.models.areas import Area
from catalogue.models.changes import CatalogueFile, Change, RemovedInChange
from catalogue.models.codes import Code
from catalogue.models.emergency import EmergencyContact
from catalogue.models.imported import ImportLine, ImportRun, LocalEdit
from catalogue.models.places import Channel, ExceptionalDay, Location, Provider, WeeklyHours
from catalogue.models.search_index import SearchEntry, SearchWord, SynonymPhrase
from catalogue.models.searches import MissedSearch, Synonym
from catalogue.models.services import (
    REVIEW_EVERY,
    GeneralDescription,
    Service,
    ServiceChannel,
    ServiceLocation,
    ServiceQuerySet,
)
from catalogue.models.situations import LifeSituation, Topic

__all__ = [
    "REVIEW_EVERY",
    "Area",
    "CatalogueFile",
    "Change",
    "Channel",
    "Code",
    "EmergencyContact",
    "ExceptionalDay",
    "GeneralDescription",
    "ImportLine",
    "ImportRun",
    "LifeSituation",
    "LocalEdit",
    "Location",
    "MissedSearch",
    "Provider",
    "RemovedInChange",
    "SearchEntry",
    "SearchWord",
    "Service",
    "ServiceChannel",
    "ServiceLocation",
    "ServiceQuerySet",
    "Synonym",
    "SynonymPhrase",
    "Topic",
    "WeeklyHours",
]
