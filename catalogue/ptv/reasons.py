"""Why a record, or a part of it, was not taken: a code with a detail in the database, words when somebody reads it."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

WHY_LIMIT = 300


class Reason(models.TextChoices):
    # a whole record
    NOT_A_RECORD = "not_a_record", _("ei ole tietue")
    UNKNOWN_TYPE = "unknown_type", _("tuntematon tyyppi")
    WITHOUT_ID = "without_id", _("tunnus puuttuu tai on virheellinen")
    WITHOUT_NAME = "without_name", _("nimi puuttuu kaikilla kielillä")
    WITHOUT_PROVIDER = "without_provider", _("palvelulta puuttuu järjestäjä")
    WITHOUT_VALUE = "without_value", _("kanavalta puuttuu numero tai osoite")
    NOT_PUBLISHED = "not_published", _("ei ole julkaistu")
    TWICE = "twice", _("sama tunnus kahdesti: jälkimmäinen jäi voimaan")
    REFUSED_BY_DATABASE = "refused_by_database", _("tietokanta ei ottanut vastaan")
    # a part of a record
    TOO_LONG = "too_long", _("liian pitkä: lyhennettiin")
    WRONG_COORDINATES = "wrong_coordinates", _("virheelliset koordinaatit")
    WRONG_ADDRESS = "wrong_address", _("virheellinen verkko-osoite")
    WRONG_EMAIL = "wrong_email", _("virheellinen sähköpostiosoite")
    WRONG_NUMBER = "wrong_number", _("virheellinen puhelinnumero")
    WRONG_HOURS = "wrong_hours", _("virheelliset aukioloajat")
    WRONG_TIME = "wrong_time", _("virheellinen aika")
    WRONG_CODE = "wrong_code", _("virheellinen luokka")
    UNKNOWN_MUNICIPALITY = "unknown_municipality", _("tuntematon kunta")
    UNKNOWN_AREA = "unknown_area", _("tuntematon alue")
    # withdrawn
    GONE = "gone", _("poistunut lähteestä")
    OUTSIDE = "outside", _("ei koske enää rajattua aluetta")
    GONE_BUT_KEPT = "gone_but_kept", _("poistunut lähteestä, mutta tila on muutettu täällä")
    # a run that stopped
    CUT_SHORT = "cut_short", _("tiedosto katkeaa kesken")
    NOT_JSON = "not_json", _("ei ole JSON-muotoa")
    NOT_UTF8 = "not_utf8", _("ei ole UTF-8-merkistöä")
    TOO_LARGE = "too_large", _("liian suuri tietue")
    NO_FILES = "no_files", _("ei JSON-tiedostoja")
    SOURCE_REFUSED = "source_refused", _("lähde vastasi virheellä")
    SOURCE_SILENT = "source_silent", _("lähde ei vastannut")
    WRONG_BOOKMARK = "wrong_bookmark", _("lähde on muuttunut: kohtaa, johon jäätiin, ei löydy")
    FAR_FEWER = "far_fewer", _("lähteessä on paljon vähemmän tietoja kuin ennen: mitään ei poistettu")
    KILLED = "killed", _("ajo päättyi kesken")
    FAULT = "fault", _("odottamaton virhe")


@dataclass(frozen=True, slots=True)
class Remark:
    """`field` is a column of ours, or empty when the whole record is meant; `detail` is what the source had."""

    reason: Reason
    field: str = ""
    detail: str = ""

    @property
    def why(self) -> str:
        return stored(self.reason, self.detail)


def stored(reason: Reason, detail: object = "") -> str:
    """As `ImportLine.why` and `ImportRun.why_stopped` keep it."""
    text = "".join(char for char in str(detail) if char.isprintable())
    return f"{reason.value}: {text}"[:WHY_LIMIT] if text else reason.value


def told(why: str) -> str:
    """What is stored, in the reader's language: "virheelliset koordinaatit: 12,x"."""
    code, colon, detail = why.partition(":")
    return f"{Reason(code).label}{colon}{detail}" if code in Reason.values else why
