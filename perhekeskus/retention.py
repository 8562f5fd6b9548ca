"""Every class of record and how long it is kept, in one table: what the page for families, docs/privacy.md and the
nightly purge read. The order is that of the purge (core/retention.py says why)."""

import datetime as dt

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.notices import unproved_addresses
from accounts.retention import fruitless_attempts, unused_keys
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from audit.retention import expired_blocks, remove_expired
from audit.services import SYSTEM, record
from catalogue.retention import old_changes as old_catalogue_changes
from catalogue.retention import old_missed_searches
from chat.alarms import old_alarms
from chat.turned_away import turned_away_before
from core import retention
from core.models import PurgeRun
from core.retention import Note, Purged, RetentionClass, Rows
from guidance import retention as families


class AuditStore:
    """The record of looks goes by whole sealed blocks, which only the owner of its tables can remove."""

    def count(self, before: dt.datetime, now: dt.datetime) -> int:
        ranges = [(block.first_id, block.last_id) for block in expired_blocks(now)]
        return sum(AuditEvent.objects.filter(pk__range=ids).count() for ids in ranges) if is_owner() else 0

    def remove(self, before: dt.datetime, now: dt.datetime, note: Note) -> None:
        note(remove_expired(now=now))


def is_owner() -> bool:
    """May this connection remove from the record of looks?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'audit_auditevent'::regclass")
        return bool(cursor.fetchone()[0])


PRACTICAL = _("Sen jälkeen tietoa ei tarvita.")
LAW = _("Laki sosiaali- ja terveydenhuollon asiakastietojen käsittelystä 703/2023.")

TABLE = (
    RetentionClass(
        "empty_persons",
        _("Henkilö, joka tunnistautui mutta ei ottanut yhteyttä"),
        _("tunnistautumisen tietojen poistosta"),
        PRACTICAL,
        Rows(families.empty_persons, families.erase_persons, batch=200),
    ),
    RetentionClass(
        "empty_visitors",
        _("Laitteen jälki, johon ei liity yhtään yhteydenottoa"),
        _("jäljen synnystä"),
        PRACTICAL,
        Rows(families.empty_visitors),
        shown=False,
    ),
    RetentionClass(
        "empty_relationships",
        _("Tyhjä asiakkuus, josta kaikki on siirretty tai poistettu"),
        _("asiakkuuden alusta"),
        PRACTICAL,
        Rows(families.empty_relationships, families.erase_empty_relationships, batch=200),
        shown=False,
    ),
    RetentionClass(
        "sessions",
        _("Työntekijän kirjautuminen ja sivun hetkellinen huomautus"),
        _("vanhenemisesta"),
        PRACTICAL,
        Rows(retention.ended_sessions),
        shown=False,
    ),
    RetentionClass(
        "outbox",
        _("Lähetetty sähköposti-ilmoitus"),
        _("lähettämisestä"),
        _("Jotta lähetyksen voi selvittää, jos se ei tullut perille."),
        Rows(retention.done_effects),
    ),
    RetentionClass(
        "admin_changes",
        _("Ylläpidon muutoshistoria (palvelut, aukioloajat, käyttäjät)"),
        _("muutoksesta"),
        PRACTICAL,
        Rows(retention.admin_changes),
        shown=False,
    ),
    RetentionClass(
        "catalogue_changes",
        _("Palvelujen ja paikkojen aiemmat tiedot: kuka muutti ja milloin"),
        _("muutoksesta"),
        _("Jotta virheellisen muutoksen voi kumota."),
        Rows(old_catalogue_changes),
        shown=False,
    ),
    RetentionClass(
        "turned_away",
        _("Tieto siitä, että ovi oli kiinni tai täynnä, ilman tietoa tulijasta"),
        _("käynnistä"),
        _("Jotta tiedämme, milloin ovien pitäisi olla auki."),
        Rows(turned_away_before),
        shown=False,
    ),
    RetentionClass(
        "missed_searches",
        _("Hakusanat, joilla ei löytynyt palvelua, ilman tietoa hakijasta"),
        _("hakupäivästä"),
        _("Jotta näemme, mitä apua haetaan turhaan."),
        Rows(old_missed_searches),
        shown=False,
    ),
    RetentionClass(
        "alarms",
        _("Hälytys esihenkilölle: mistä oli kyse, milloin, kuka näki"),
        _("hälytyksen päättymisestä"),
        _("Jotta näemme, missä palvelu ei toiminut."),
        Rows(old_alarms),
        shown=False,
    ),
    RetentionClass(
        "accessibility_feedback",
        _("Saavutettavuuspalaute ja vastaus"),
        _("vastauksesta; sähköpostiosoite poistuu heti"),
        _("Laki digitaalisten palvelujen tarjoamisesta 306/2019."),
        Rows(families.answered_feedback),
    ),
    RetentionClass(
        "unproved_addresses",
        _("Sähköpostiosoite, jota ei ole vahvistettu"),
        _("osoitteen antamisesta; vahvistetun voit poistaa milloin vain"),
        PRACTICAL,
        Rows(unproved_addresses),
    ),
    RetentionClass(
        "drafts",
        _("Työntekijän lähettämätön luonnos"),
        _("viimeisestä muutoksesta; keskustelun päättyessä heti"),
        PRACTICAL,
        Rows(families.old_drafts),
    ),
    RetentionClass(
        "fruitless_attempts",
        _("Keskeytynyt tai epäonnistunut tunnistautuminen"),
        _("alkamisesta"),
        PRACTICAL,
        Rows(fruitless_attempts),
    ),
    RetentionClass(
        "visitor_keys",
        _("Salattu jälki laitteesta, jolla kirjoitit"),
        _("laitteen viimeisestä käynnistä tai siitä, kun unohdit laitteen"),
        PRACTICAL,
        Rows(unused_keys, families.erase_keys),
    ),
    RetentionClass(
        "callback_numbers",
        _("Puhelinnumero, johon pyysit soittoa"),
        _("soittopyynnön päättymisestä; heti, jos perut pyynnön tai numero oli väärä"),
        _("Jotta puhelun voi jatkaa, jos se katkeaa."),
        Rows(families.callback_numbers, families.erase_numbers),
    ),
    RetentionClass(
        "ended_shares",
        _("Keskustelun jakaminen toiselle huoltajalle"),
        _("jaon lopettamisesta tai koodin vanhenemisesta"),
        PRACTICAL,
        Rows(families.ended_shares),
    ),
    RetentionClass(
        "break_glass",
        _("Hätäpääsyn perustelu"),
        _("pääsyn päättymisestä, kun esihenkilö on tarkastanut sen"),
        _("Jotta pääsyn perusteet voi tarkastaa jälkikäteen. Katselumerkintä jää."),
        Rows(families.reviewed_break_glass),
    ),
    RetentionClass(
        "look_reviews",
        _("Merkintä siitä, että esihenkilö on käynyt läpi tavallisesta poikkeavat katselut"),
        _("tarkastuksesta"),
        _("Jotta valvonnan voi osoittaa."),
        Rows(families.old_look_reviews),
        shown=False,
    ),
    RetentionClass(
        "answered_wishes",
        _("Pyyntö poistaa tiedot, johon ei suostuttu"),
        _("vastauksesta"),
        _("Jotta ratkaisun voi tarkistaa."),
        Rows(families.answered_wishes),
    ),
    RetentionClass(
        "older_log",
        _("Pyyntö nähdä yli kaksi vuotta vanhoja katselumerkintöjä"),
        _("vastauksesta"),
        _("Jotta ratkaisun voi tarkistaa."),
        Rows(families.answered_older_logs),
    ),
    RetentionClass(
        "loose_evidence",
        _("Merkintä tunnistautumisesta omalle sivulle"),
        _("tunnistautumisesta"),
        _("Jotta väärinkäytön voi selvittää."),
        Rows(families.loose_evidence),
    ),
    RetentionClass(
        "consultations",
        _("Työntekijöiden keskinäinen konsultaatio, jossa perhettä ei nimetä ja jota ei ole liitetty asiakkuuteen"),
        _("konsultaation päättymisestä; asiakkuuteen liitetty poistuu asiakkuuden tietojen kanssa"),
        _("Jotta neuvoon voi palata."),
        Rows(families.ended_consultations, families.erase_consultations, batch=200),
    ),
    RetentionClass(
        "handover_rooms",
        _("Yksikön vuoronvaihdon viestit, joissa perheisiin viitataan tunnuksella"),
        _("päivästä, jolloin ne kirjoitettiin"),
        PRACTICAL,
        Rows(families.past_rooms, families.erase_consultations, batch=200),
    ),
    RetentionClass(
        "anonymous",
        _("Nimettömät keskustelut, palaute ja niihin liittyvät merkinnät"),
        _("viimeisen yhteydenoton päättymisestä"),
        _("Jotta voit palata samaan asiaan ja saat vastauksen."),
        Rows(families.anonymous_over, families.erase_relationships, batch=50),
    ),
    RetentionClass(
        "identified",
        _("Tunnistautuneen asiakkaan nimi, keskustelut, lapset, merkinnät ja tunnistautumisen todisteet"),
        _("viimeisen yhteydenoton päättymisestä"),
        LAW,
        Rows(families.identified_over, families.erase_relationships, batch=20),
    ),
    RetentionClass(
        "erasure_evidence",
        _("Todiste poistamisesta: numeroita, ei nimiä eikä sisältöä"),
        _("poistosta"),
        _("Jotta poiston voi osoittaa tapahtuneen."),
        Rows(families.erasure_evidence),
    ),
    RetentionClass(
        "purge_runs",
        _("Todiste säilytysaikojen noudattamisesta: numeroita"),
        _("poistosta"),
        _("Jotta säilytysaikojen noudattamisen voi osoittaa."),
        Rows(retention.old_runs),
        shown=False,
    ),
    RetentionClass(
        "audit",
        _("Merkintä siitä, kuka katsoi tai muutti tietoja ja milloin, ilman sisältöä"),
        _("merkinnän synnystä"),
        LAW,
        AuditStore(),
    ),
)


# What families ask about first.
FIRST = ("anonymous", "identified", "visitor_keys", "audit")


def in_words(days: int) -> str:
    """1 vuosi, 6 kuukautta, 60 päivää: the largest unit that is exact (a year has 365 days, a month 30)."""
    if days and days % 365 == 0:
        return ngettext("%(n)s vuosi", "%(n)s vuotta", days // 365) % {"n": days // 365}
    if days and days % 30 == 0 and days > 60:
        return ngettext("%(n)s kuukausi", "%(n)s kuukautta", days // 30) % {"n": days // 30}
    return ngettext("%(n)s päivä", "%(n)s päivää", days) % {"n": days}


def shown_to_families() -> list[dict[str, str]]:
    """The table in the reader's language: what, how long and since when, on which ground."""
    return [
        {"what": str(kept.what), "time": in_words(kept.days), "since": str(kept.since), "ground": str(kept.ground)}
        for kept in sorted(TABLE, key=lambda kept: FIRST.index(kept.name) if kept.name in FIRST else len(FIRST))
        if kept.shown
    ]


def purge(*, now: dt.datetime, tell: Note = lambda rows: None) -> list[Purged]:
    """Remove what has passed its time. Raises core.locks.AlreadyRunning."""
    return list(retention.purge(TABLE, now=now, finished=lambda run: _recorded(run, now), tell=tell))


def _recorded(run: PurgeRun, now: dt.datetime) -> None:
    record(
        code=AuditCode.DATA_PURGED,
        actor=SYSTEM,
        object_type="purge_run",
        object_id=run.pk,
        ground=AuditGround.PLATFORM,
        now=now,
        data={"class": run.retention_class, "rows": run.rows},
    )
