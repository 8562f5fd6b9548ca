"""A catalogue admin at the demo's catalogue: the form of a page as a browser would send it back."""

import datetime as dt
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from accounts.models import User
from catalogue.models import Service
from tests.kept import kept_house

TODAY = dt.date(2026, 11, 25)


def load_demo() -> None:
    kept_house(TODAY)


def signed_in(name: str = "paakayttaja1") -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@demo.test"))
    return client


def the_admin() -> User:
    return User.objects.get(email="paakayttaja1@demo.test")


def sent_back(client: Client, page: str) -> dict[str, list[str]]:
    """What a browser would send from the page's form if nobody changed anything."""
    reader = _Form()
    reader.feed(client.get(page).content.decode())
    return {name: values for name, values in reader.sent.items() if "__prefix__" not in name}


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._inside, self._name = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = given.get("id", "").endswith("_form")
        if not self._inside:
            return
        name, kind = given.get("name", ""), given.get("type", "")
        if tag in ("select", "textarea"):
            self._name = name
        if tag == "textarea":
            self.sent[name] = [""]
        elif tag == "option" and "selected" in given:
            self.sent.setdefault(self._name, []).append(given["value"])
        elif tag == "input" and kind not in ("submit", "button") and (kind != "checkbox" or "checked" in given):
            self.sent[name] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._inside and self.lasttag == "textarea" and self._name:
            self.sent[self._name] = [data.removeprefix("\n").removeprefix("\r\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._name = ""
        self._inside = self._inside and tag != "form"


def page_of(row: Any, name: str = "change") -> str:
    return f"/admin/catalogue/{row._meta.model_name}/{row.pk}/{name}/"


def a_service() -> Service:
    return Service.objects.published().filter(locations__isnull=False).order_by("order").first()  # type: ignore[return-value]
