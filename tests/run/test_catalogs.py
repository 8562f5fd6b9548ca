"""The translation tool: what it finds, what it keeps, what it complains of, and that Django reads what it makes."""

import gettext
from pathlib import Path

import pytest

from perhekeskus.catalogs import Catalogs

PYTHON = """
from django.utils.translation import gettext as _, ngettext, npgettext, pgettext
_("Hei")
_("Kaksi "
  "riviä, %(name)s") % {"name": "x"}
ngettext("%(n)d viesti", "%(n)d viestiä", 3)
pgettext("kuukausi", "Touko")
npgettext("jono", "yksi", "monta", 2)
print("ei käännetä", f"{_('Seuraavaksi')}: {1}")
"""
TEMPLATE = """{% load i18n %}
{% translate "Terve & hei" %} {% translate "Kuu" context "taivas" %}
{% blocktranslate trimmed count n=x %}
  {{ n }} asia, 100 %
{% plural %}
  {{ n }} asiaa, 100 %
{% endblocktranslate %}
<ul>
      <li>{% translate "Kuu" context "taivas" %}</li>
  <li><a title="{% translate 'Sulje' %}">{{ _("Suora") }}</a></li>
    </ul>
"""
TEXTS = {
    (None, "Hei"): "Hej",
    (None, "Kaksi riviä, %(name)s"): "Två rader, %(name)s",
    (None, "%(n)d viesti"): ("%(n)d meddelande", "%(n)d meddelanden"),
    ("kuukausi", "Touko"): "Maj",
    ("jono", "yksi"): ("en", "många"),
    (None, "Terve & hei"): "Hej & hallå",
    ("taivas", "Kuu"): "Måne",
    (None, "%(n)s asia, 100 %%"): ("%(n)s sak, 100 %%", "%(n)s saker, 100 %%"),
    (None, "Seuraavaksi"): "Härnäst",
    (None, "Sulje"): "Stäng",
    (None, "Suora"): "Direkt",
}


@pytest.fixture
def catalogs(tmp_path: Path) -> Catalogs:
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "apps.py").touch()
    (tmp_path / "app" / "words.py").write_text(PYTHON)
    (tmp_path / "app" / "templates" / "page.html").write_text(TEMPLATE)
    return Catalogs(tmp_path)


def translate(catalogs: Catalogs, **changed: str) -> None:
    """Write the catalogue as a translator would, through its file."""
    from babel.messages.pofile import write_po

    catalogs.update("sv")
    catalog = catalogs.read("sv")
    for message in catalog:
        if message.id:
            first = message.id[0] if isinstance(message.id, tuple | list) else message.id
            message.string = changed.get(first) or TEXTS[message.context, first]
    with catalogs.po("sv").open("wb") as file:
        write_po(file, catalog)


def reasons(catalogs: Catalogs) -> dict[str, str]:
    return {fault.text: fault.reason for fault in catalogs.faults("sv")}


def test_finds_every_kind_of_text_in_code_and_templates(catalogs: Catalogs) -> None:
    found = {
        (message.context, message.id[0] if isinstance(message.id, tuple) else message.id)
        for message in catalogs.extract()
        if message.id
    }
    assert found == set(TEXTS)


def test_a_new_catalogue_is_all_to_do_and_a_whole_one_has_no_faults(catalogs: Catalogs) -> None:
    catalogs.update("sv")
    assert set(reasons(catalogs).values()) == {"not translated"}
    translate(catalogs)
    assert reasons(catalogs) == {}


def test_what_is_compiled_is_what_gettext_reads(catalogs: Catalogs) -> None:
    translate(catalogs)
    assert catalogs.is_stale("sv")
    catalogs.compile("sv")
    assert not catalogs.is_stale("sv")
    with catalogs.mo("sv").open("rb") as file:
        swedish = gettext.GNUTranslations(file)
    assert swedish.gettext("Hei") == "Hej"
    assert swedish.pgettext("taivas", "Kuu") == "Måne"
    assert swedish.ngettext("%(n)d viesti", "%(n)d viestiä", 1) == "%(n)d meddelande"
    assert swedish.ngettext("%(n)d viesti", "%(n)d viestiä", 2) == "%(n)d meddelanden"


def test_faults_name_the_text_and_the_reason(catalogs: Catalogs) -> None:
    translate(catalogs, **{"Kaksi riviä, %(name)s": "Två rader"})
    words = catalogs.root / "app" / "words.py"
    words.write_text(words.read_text().replace('_("Hei")', '_("Moikka")'))
    assert reasons(catalogs) == {
        "Moikka": "missing",
        "Hei": "no longer in the code",
        "Kaksi riviä, %(name)s": "placeholders differ (%(name)s)",
    }


def test_an_update_keeps_translations_and_never_guesses(catalogs: Catalogs) -> None:
    translate(catalogs)
    words = catalogs.root / "app" / "words.py"
    words.write_text(words.read_text().replace('_("Hei")', '_("Hei,")'))
    catalogs.update("sv")
    assert reasons(catalogs) == {"Hei,": "not translated"}
    assert "fuzzy" not in catalogs.po("sv").read_text()
    first = catalogs.po("sv").read_text()
    catalogs.update("sv")
    assert catalogs.po("sv").read_text() == first


def test_a_fuzzy_text_is_a_fault(catalogs: Catalogs) -> None:
    translate(catalogs)
    text = catalogs.po("sv").read_text()
    catalogs.po("sv").write_text(text.replace('msgid "Sulje"', '#, fuzzy\nmsgid "Sulje"'))
    assert reasons(catalogs) == {"Sulje": "marked as fuzzy"}
