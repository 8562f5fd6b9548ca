"""A catalogue admin's walk: what needs review, a holiday's hours, seen on the public page, undone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from catalogue.models import ExceptionalDay, Service
from core import clock
from core.opening_hours import local_date
from tests.cast import Cast

REASON = "Henkilökunta on koulutuksessa"


@pytest.fixture
def service(house: Cast) -> Service:
    """The one service that nobody has looked over, at a place with hours."""
    chosen = Service.objects.published().filter(locations__weekly__isnull=False, locations__open_on_holidays=False)
    service = chosen.order_by("order", "pk")[0]
    Service.objects.exclude(pk=service.pk).update(reviewed_on=local_date(clock.now()))
    Service.objects.filter(pk=service.pk).update(reviewed_on=None)
    return service


def test_a_holiday_from_the_list_to_the_page_and_back(
    house: Cast, service: Service, new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    place = service.locations.filter(weekly__isnull=False)[0]
    today = local_date(clock.now())
    page = new_page(user=house.catalogue_admin)
    page.goto("/admin/")
    axe(page)
    page.get_by_role("link", name="1 palvelu odottaa tarkistusta").click()
    page.get_by_role("link", name=str(service), exact=True).click()
    expect(page.get_by_role("heading", name="Missä mennään")).to_be_visible()
    expect(page.get_by_role("searchbox", name="Alueet")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Tallenna ja merkitse tarkistetuksi").click()
    expect(page.get_by_text("0 palvelut")).to_be_visible()

    page.goto(f"/admin/catalogue/location/?q={place.name_fi}")
    page.locator(f"input[name=_selected_action][value='{place.pk}']").check()
    page.get_by_label("Toiminto").select_option(label="Aseta poikkeavat aukiolot valituille")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Koskee yhtä paikkaa:")).to_be_visible()
    axe(page)
    page.get_by_label("Päivä:", exact=True).fill(today.isoformat())
    page.get_by_label("Syy suomeksi").fill(REASON)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Poikkeavat aukiolot kirjattiin 1 paikalle.")).to_be_visible()
    assert ExceptionalDay.objects.get(reason_fi=REASON).location == place

    family = new_page()
    family.goto(f"/services/{service.slug}/")
    family.locator("details", has_text=REASON).first.locator("summary").click()
    expect(family.get_by_text(REASON).first).to_be_visible()

    page.get_by_role("link", name="Katso tai kumoa").click()
    expect(page.get_by_role("cell", name=REASON)).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Kumoa tämä muutos").click()
    expect(page.get_by_text("Muutos on kumottu.")).to_be_visible()
    axe(page)
    family.reload()
    expect(family.get_by_text(REASON)).to_have_count(0)
