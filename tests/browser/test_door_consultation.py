"""A professional asks from a phone without a name; a worker answers, a third comes and goes, it is linked to a family
later, and the family hears of it only what the worker sends themselves."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from core import clock
from guidance.models import Consultation, ConsultationMember, Contact, Message
from tests.cast import Cast, make_visitor, open_chat, take

PHONE = {"viewport": {"width": 390, "height": 844}}
QUESTION = "3-vuotias heräilee, ja vanhemmat ovat öistä eri mieltä. Riittääkö uniohjaus?"
ADVICE = "Aloittaisin uniohjauksella. Kysy silti, onko kotona turvallista olla."
WORDS = {
    "fi": ("Kysy kollegalta", "Asiakasohjaus", "Mitä kysyt?", "Lähetä kollegoille", "Vastaa kysymykseen",
           "Lähde konsultaatiosta", "Kutsu mukaan", "Yhteydenoton viite", "Liitä asiakkuuteen",
           "liitti tämän asiakkuuteen", "Lisää vastaukseen", "Kysyn tästä kollegalta"),
    "sv": ("Fråga en kollega", "Klienthandledningen", "Vad frågar du?", "Skicka till kollegerna", "Svara på frågan",
           "Lämna konsultationen", "Bjud in", "Kontaktens referens", "Koppla till klientrelationen",
           "kopplade detta till klientrelationen", "Lägg till i svaret", "Jag frågar en kollega"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_question_without_a_name_answered_shared_left_and_linked_later(
    house: Cast, new_page: Callable[..., Page], axe: Callable[[Page], None], language: str
) -> None:
    ask, unit, what, send, answer, leave, invite, reference, link, linked, insert, line = WORDS[language]
    User.objects.filter(pk__in=[house.professional.pk, house.worker.pk, house.outsider.pk]).update(language=language)
    visitor = make_visitor(clock.now())
    chat = take(open_chat(visitor, now=clock.now(), language=language), house.worker, clock.now())

    phone = new_page(user=house.professional, language=language, **PHONE)
    phone.goto("/desk/")
    phone.get_by_role("main").get_by_role("link", name=ask).click()
    phone.locator("label.pick", has_text=unit).first.click()
    phone.get_by_label(what).fill(QUESTION)
    axe(phone)
    phone.get_by_role("button", name=send).click()
    expect(phone.locator(".thread .bubble", has_text=QUESTION)).to_be_visible()

    desk = new_page(user=house.worker, language=language)
    desk.goto("/desk/?list=consultations")
    desk.locator("[data-row] a").first.click()
    desk.get_by_role("button", name=answer).click()
    desk.locator("#reply").fill(ADVICE)
    desk.get_by_role("button", name=send).click()
    expect(phone.locator(".thread .bubble", has_text=ADVICE)).to_be_visible()
    phone.evaluate("scrollTo(0, 0)")  # nothing half under the bar that stays in sight
    axe(phone)

    phone.locator("[data-opens=invite]").click()
    expect(phone.locator("#invite")).to_be_visible()
    axe(phone)
    phone.locator("#invite").get_by_role("button", name=house.outsider.full_name).click()
    expect(phone.locator("#side")).to_contain_text(house.outsider.full_name)
    expect(desk.locator("#side")).to_contain_text(house.outsider.full_name)
    third = new_page(user=house.outsider, language=language)
    third.goto("/desk/?list=consultations")
    third.locator("[data-row] a").first.click()
    expect(third.locator(".thread .bubble", has_text=QUESTION)).to_be_visible()
    page_of_it = third.url
    desk.get_by_label(reference).fill(chat.reference)  # stays while the side is drawn again for who leaves
    third.get_by_role("button", name=leave).click()
    third.wait_for_url("**/desk/?list=consultations")
    expect(third.locator("[data-row]")).to_have_count(0)
    assert third.context.request.get(page_of_it).status == 404
    assert ConsultationMember.objects.filter(left_at=None).count() == 2

    expect(desk.locator("#side")).not_to_contain_text(house.outsider.full_name)
    desk.get_by_role("button", name=link).click()
    expect(desk.locator("#side")).to_contain_text(linked)
    assert Consultation.objects.get().relationship == chat.relationship

    family = new_page(visitor=visitor, language=language)
    family.goto(f"{'' if language == 'fi' else '/sv'}/contacts/{chat.pk}/")
    desk.goto(f"/desk/contacts/{chat.pk}/")
    desk.locator("#colleagues").get_by_role("link", name=insert).click()
    assert line in desk.locator("#reply").input_value()
    assert not Message.objects.filter(contact=chat, kind="worker").exists(), "nothing goes by itself"
    desk.locator("#reply").press("Control+Enter")
    expect(family.locator(".thread .bubble", has_text=line)).to_be_visible()
    assert Message.objects.filter(contact=chat, kind="worker").count() == 1
    for word in (QUESTION, ADVICE, house.professional.first_name):
        assert word not in family.content()
    assert family.request.get(f"/api/v1/contacts/{Contact.objects.get(channel='consultation').pk}/").status == 404
