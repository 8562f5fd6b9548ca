"""At the desk: breaking the glass after confirming oneself, and a supervisor's view of looks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client

from accounts.models import Membership, User
from audit.models import AuditEvent
from core import clock
from guidance.models import BreakGlass, Contact, LookReview, OlderLogRequest
from guidance.services import ask_older_log, break_glass, record_look
from tests.cast import Cast, Visitor, make_visitor, open_chat, sign_in, take

pytestmark = pytest.mark.django_db
REASON = "Lapsi on kadonnut, ja poliisi kysyy tietoja heti."


@pytest.fixture(autouse=True)
def _no_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor(db: None) -> Visitor:
    return make_visitor(clock.now())


@pytest.fixture
def chat(cast: Cast, visitor: Visitor) -> Contact:
    return open_chat(visitor, now=clock.now(), body="Salainen huoli")


@pytest.fixture
def far_supervisor(cast: Cast) -> User:
    """A supervisor of the other unit only."""
    user = User.objects.create_user(email="kaukana@demo.test", password="x", first_name="Kaisa", last_name="Kaukana")
    Membership.objects.create(user=user, unit=cast.other_unit, role="supervisor")
    return user


def browser(user: User, *, fresh: bool = True) -> Client:
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = sign_in(user, clock.now(), fresh=fresh)
    return client


def broken(cast: Cast, chat: Contact) -> BreakGlass:
    break_glass(user=cast.outsider, reference=chat.reference, reason=REASON, now=clock.now())
    return BreakGlass.objects.get()


# -- breaking -----------------------------------------------------------------------------------------


def test_breaking_asks_for_a_confirmation_first(cast: Cast, chat: Contact) -> None:
    client = browser(cast.outsider, fresh=False)
    for answer in (
        client.get("/desk/break-glass/"),
        client.post("/desk/break-glass/", {"reference": chat.reference, "body": REASON}),
    ):
        assert answer.headers["Location"] == "/accounts/reauthenticate/?next=/desk/break-glass/"
    assert not BreakGlass.objects.exists()


def test_the_contact_opens_to_be_read_and_nothing_else(cast: Cast, chat: Contact) -> None:
    client = browser(cast.outsider)
    page = f"/desk/contacts/{chat.pk}/"
    assert client.get(page).status_code == 404
    answer = client.post("/desk/break-glass/", {"reference": chat.reference, "body": REASON})
    assert answer.headers["Location"] == page
    shown = client.get(page).content.decode()
    assert "Salainen huoli" in shown and "Hätäpääsy." in shown
    for act in ("take/", "release/", "transfer/", "close/", "send/", "note/"):
        assert f'action="{page}{act}"' not in shown
        assert client.post(page + act, {"body": "Hei"}).status_code == 404, act
    api = f"/api/v1/contacts/{chat.pk}/"
    assert client.get(api).status_code == 200
    assert client.post(api + "take/", content_type="application/json").status_code == 404
    sent = client.post(api + "messages/", {"body": "Hei", "nonce": str(chat.pk)}, content_type="application/json")
    assert sent.status_code in (404, 409)
    chat.refresh_from_db()
    assert (chat.state, chat.last_seq, chat.notes.count()) == ("waiting", 1, 0)
    looks = AuditEvent.objects.filter(code="guidance.contact.viewed", actor_id=cast.outsider.pk)
    assert [(look.ground, look.unit_id) for look in looks] == [("break_glass", cast.other_unit.pk)]


def test_a_foreign_contact_stays_out_of_the_lists(cast: Cast, chat: Contact) -> None:
    broken(cast, chat)
    state = browser(cast.outsider).get("/api/v1/desk/").json()
    assert str(chat.pk) not in str(state)


def test_too_little_said_keeps_what_was_typed(cast: Cast, chat: Contact) -> None:
    answer = browser(cast.outsider).post("/desk/break-glass/", {"reference": chat.reference, "body": "Tarvitsen"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "vähintään 20 merkillä" in page
    assert f'value="{chat.reference}"' in page and "Tarvitsen" in page
    assert "ei löydy yhteydenottoa" not in page


@pytest.mark.parametrize(("reference", "told"), [("", True), ("eikä mikään", True), ("00000000", False)])
def test_both_wrong_fields_are_told_and_without_a_reason_nothing_of_what_there_is(
    cast: Cast, chat: Contact, reference: str, told: bool
) -> None:
    page = browser(cast.outsider).post("/desk/break-glass/", {"reference": reference, "body": "Tarvitsen"})
    assert "vähintään 20 merkillä" in page.content.decode()
    assert ("ei löydy yhteydenottoa" in page.content.decode()) is told
    assert page.content.decode().count(" autofocus") == 1


def test_an_unknown_reference_is_told_in_plain_words_and_tries_are_limited(cast: Cast, chat: Contact) -> None:
    client = browser(cast.outsider)
    for _n in range(10):
        answer = client.post("/desk/break-glass/", {"reference": "00000000", "body": REASON})
        assert answer.status_code == 404 and "ei löydy yhteydenottoa" in answer.content.decode()
    right = client.post("/desk/break-glass/", {"reference": chat.reference, "body": REASON})
    assert right.status_code == 429 and "Odota vartti" in right.content.decode()
    assert AuditEvent.objects.filter(code="guidance.break_glass.refused").count() == 10
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize("who", ["professional", "catalogue_admin"])
def test_no_other_role_breaks_glass(cast: Cast, chat: Contact, who: str) -> None:
    client = browser(getattr(cast, who))
    assert client.get("/desk/break-glass/").status_code == 404
    assert client.post("/desk/break-glass/", {"reference": chat.reference, "body": REASON}).status_code == 404
    assert not BreakGlass.objects.exists()


# -- the supervisor's page ----------------------------------------------------------------------------


def test_supervisors_of_the_contacts_unit_see_it_at_once_and_review_it(
    cast: Cast, chat: Contact, far_supervisor: User
) -> None:
    glass = broken(cast, chat)
    client = browser(cast.supervisor)
    assert client.get("/api/v1/desk/").json()["to_review"] == 1
    assert "1 asia odottaa sinua katseluissa" in client.get("/desk/").content.decode()
    page = client.get("/desk/looks/").content.decode()
    assert cast.outsider.full_name in page and REASON in page and chat.reference in page
    far = browser(far_supervisor)
    assert REASON not in far.get("/desk/looks/").content.decode()
    assert far.post(f"/desk/looks/glass/{glass.pk}/").status_code == 404
    assert browser(cast.worker).post(f"/desk/looks/glass/{glass.pk}/").status_code == 404
    assert client.post(f"/desk/looks/glass/{glass.pk}/").status_code == 302
    assert client.post(f"/desk/looks/glass/{glass.pk}/").status_code == 409
    glass.refresh_from_db()
    assert glass.reviewed_by == cast.supervisor
    assert client.get("/api/v1/desk/").json()["to_review"] == 0


@pytest.mark.parametrize("who", ["worker", "professional", "catalogue_admin", "outsider"])
def test_the_page_is_the_supervisors(cast: Cast, who: str) -> None:
    assert browser(getattr(cast, who)).get("/desk/looks/").status_code == 404
    assert Client().get("/desk/looks/").headers["Location"].startswith("/accounts/login/")


def test_an_unusual_look_is_shown_opens_and_is_gone_through(cast: Cast, chat: Contact, far_supervisor: User) -> None:
    record_look(contact=take(chat, cast.worker, clock.now()), worker=cast.colleague, now=clock.now())
    client = browser(cast.supervisor)
    page = client.get("/desk/looks/").content.decode()
    assert cast.colleague.full_name in page and "Ei oma asia" in page and f"/desk/contacts/{chat.pk}/" in page
    row = {"kind": "no_task", "worker": str(cast.colleague.pk), "subject": str(chat.pk)}
    assert browser(far_supervisor).post("/desk/looks/review/", row).status_code == 404
    assert client.post("/desk/looks/review/", row | {"worker": "1"}).status_code == 404
    assert client.post("/desk/looks/review/", row).status_code == 302
    assert LookReview.objects.get().reviewed_by == cast.supervisor
    assert cast.colleague.full_name not in client.get("/desk/looks/").content.decode()


@pytest.mark.parametrize(
    ("form", "status", "state"),
    [({}, 422, "asked"), ({"decision": "refuse", "body": " "}, 422, "asked"),
     ({"decision": "refuse", "body": "Vaarantaisi toisen."}, 302, "refused"), ({"decision": "grant"}, 302, "granted")],
)  # fmt: skip
def test_a_wish_for_older_looks_is_answered(
    cast: Cast, chat: Contact, visitor: Visitor, far_supervisor: User, form: dict[str, str], status: int, state: str
) -> None:
    wish = ask_older_log(visitor_key=visitor.key, reason="Oikeudenkäynti alkaa", now=clock.now())
    path = f"/desk/looks/older/{wish.pk}/"
    assert "Oikeudenkäynti alkaa" not in browser(far_supervisor).get("/desk/looks/").content.decode()
    assert browser(far_supervisor).post(path, form).status_code == 404
    client = browser(cast.supervisor)
    assert "Oikeudenkäynti alkaa" in client.get("/desk/looks/").content.decode()
    assert client.post(path, form).status_code == status
    assert OlderLogRequest.objects.get().state == state


def test_the_page_asks_a_bounded_number_of_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    now = clock.now()
    for n in range(12):
        contact = open_chat(make_visitor(now), now=now)
        record_look(contact=take(contact, cast.worker, now), worker=cast.colleague, now=now)
        if n < 6:
            break_glass(user=cast.outsider, reference=contact.reference, reason=REASON, now=now)
    client = browser(cast.supervisor)
    with django_assert_max_num_queries(25):
        page = client.get("/desk/looks/").content.decode()
    assert page.count("Ei oma asia") == 12 and page.count(REASON) == 6


def test_reading_a_familys_wish_is_a_look_at_it_that_the_family_sees(
    cast: Cast, chat: Contact, visitor: Visitor
) -> None:
    ask_older_log(visitor_key=visitor.key, reason="Oikeudenkäynti alkaa", now=clock.now())
    client = browser(cast.supervisor)
    for _n in range(2):
        client.get("/desk/looks/")
    [event] = AuditEvent.objects.filter(code="guidance.relationship.viewed")
    assert (event.actor_id, event.unit_id, event.role, event.ground, event.relationship_id) == (
        cast.supervisor.pk, cast.unit.pk, "supervisor", "supervision", chat.relationship_id,
    )  # fmt: skip
    family = Client()
    family.cookies[configured.VISITOR_COOKIE_NAME] = visitor.secret
    assert "Luki pyyntösi" in family.get("/me/looks/").content.decode()
