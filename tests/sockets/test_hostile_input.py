"""Bad input over the socket and over HTTP: a clear refusal, the socket lives, nothing is stored by halves, and what is
stored comes back character for character."""

import json
import time
import uuid
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from audit.models import AuditEvent
from core import clock
from core.text import BODY_LIMIT
from guidance.models import Contact, Message
from tests.cast import make_cast, make_visitor
from tests.live_server import Person, Thread, WebProcess, family_at, visitor_at

REFUSED = {
    "empty": ("", "invalid"),
    "white space": (" \n\t\r \u00a0\u2003", "invalid"),
    "one too many": ("ä" * (BODY_LIMIT + 1), "too_long"),
    "NUL": ("ennen\x00jälkeen", "invalid"),
    "backspace": ("poista\x08", "invalid"),
    "escape": ("\x1b[31mpunainen", "invalid"),
    "delete": ("\x7f", "invalid"),
    "next line, a C1 control": ("a\x85b", "invalid"),
    "lone high surrogate": ("\ud83d", "invalid"),
    "lone low surrogate": ("a\udc68b", "invalid"),
    "surrogates the wrong way round": ("\udc68\ud83d", "invalid"),
    "a number": (17, "invalid"),
    "null": (None, "invalid"),
    "a list": (["Hei"], "invalid"),
    "an object": ({"body": "Hei"}, "invalid"),
    "a truth value": (True, "invalid"),
}
KEPT = {
    "as long as it may be": "ä" * BODY_LIMIT,
    "as long as it may be, four bytes each": "👶" * BODY_LIMIT,
    "line ends of all kinds": "yksi\nkaksi\r\nkolme\rneljä\n",
    "spaces around": "  \t sisennetty  ",
    "a family of emoji": "👨‍👩‍👧‍👦 👍🏽 🏳️‍🌈 🇫🇮 ❤️ 1️⃣",
    "letters with loose marks": "a\u0308 ei ole ä, e\u0301, Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "Arabic and Hebrew": "مرحبا، طفلي لا ينام. שלום",
    "right-to-left override": "viesti \u202eosoite.exe\u202c loppu \u2066isoloitu\u2069 \u200f\u200e",
    "zero width": "a\u200bb\u200cc\u200dd\ufeff e\u2060",
    "private use and unassigned": "\ue000 \U0010ffff \ufffe \uffff",
    "line and paragraph separators": "a\u2028b\u2029c",
    "markup": "<script>alert(1)</script> <b onclick='x'>&amp; &lt; {{ 7*7 }} {% now %} ${7*7}",
    "quotes and SQL": "'; DROP TABLE guidance_message; -- \\ \" %s %(x)s $1 \\x00 \\u0000",
    "JSON in JSON": '{"type":"send","nonce":"x"}',
    "ASCII art of C escapes": "\\ud83d \\0 \\n",
    "Sámi, Swedish, Vietnamese, Chinese": "Buorre beaivi đŋŧž, åäö, tiếng Việt, 孩子不睡觉, ᚠᚢᚦ, 𝔣𝔞𝔪𝔦𝔩𝔶",
}


@pytest.fixture
def family(server: WebProcess) -> tuple[Person, Contact]:
    make_cast()
    return family_at(server)


def messages_of(person: Person, contact: Contact) -> str:
    return f"/api/v1/contacts/{contact.pk}/messages/"


def lives(thread: Thread) -> None:
    thread.tell(type="ping")
    thread.wait_for("pong")


def test_bodies_that_cannot_be_stored_are_refused_over_the_socket(family: tuple[Person, Contact]) -> None:
    person, contact = family
    audits = AuditEvent.objects.count()
    with person.thread(contact) as thread:
        for name, (body, code) in REFUSED.items():
            nonce = str(uuid.uuid4())
            thread.tell(type="send", nonce=nonce, body=body)
            answer = thread.answer_to(nonce)
            assert (answer["type"], answer["code"], answer["v"]) == ("error", code, 1), name
            assert answer["detail"], name
        lives(thread)
    assert Message.objects.filter(contact=contact).count() == 1
    assert AuditEvent.objects.count() == audits, "nothing is stored by halves"


def test_bodies_that_cannot_be_stored_are_refused_over_http(family: tuple[Person, Contact]) -> None:
    person, contact = family
    audits = AuditEvent.objects.count()
    for name, (body, code) in REFUSED.items():
        answer = person.post(messages_of(person, contact), {"nonce": str(uuid.uuid4()), "body": body})
        assert (answer.status, answer.json["code"], answer.json["status"]) == (400, code, 400), name
        assert answer.headers["Content-Type"].startswith("application/problem+json"), name
        assert answer.json["detail"], name
        opening = person.post("/api/v1/contacts/", {"channel": "chat", "nonce": str(uuid.uuid4()), "body": body})
        assert opening.status in (400, 429), name
    assert Message.objects.count() == 1
    assert Contact.objects.count() == 1
    assert AuditEvent.objects.count() == audits


def test_bodies_that_can_be_stored_come_back_character_for_character(family: tuple[Person, Contact]) -> None:
    person, contact = family
    sent = {}
    with person.thread(contact) as thread:
        for name, body in KEPT.items():
            nonce = thread.say(body)
            assert thread.answer_to(nonce)["body"] == body, name
            sent[nonce] = body
    for name, body in KEPT.items():
        nonce = str(uuid.uuid4())
        answer = person.post(messages_of(person, contact), {"nonce": nonce, "body": body})
        assert (answer.status, answer.json["body"]) == (201, body), name
        sent[nonce] = body
    stored = dict(Message.objects.filter(contact=contact, seq__gt=1).values_list("nonce", "body"))
    assert {str(nonce): body for nonce, body in stored.items()} == sent
    read = {row["nonce"]: row["body"] for row in person.get(messages_of(person, contact) + "?after=1").json}
    assert read == sent
    with person.thread(contact, after=1) as thread:
        for _each in sent:
            frame = thread.wait_for("message")
            assert frame["body"] == sent[frame["nonce"]]


def test_the_page_shows_bodies_as_text_isolated_from_their_neighbours(family: tuple[Person, Contact]) -> None:
    person, contact = family
    for body in (KEPT["markup"], KEPT["right-to-left override"]):
        assert person.post(messages_of(person, contact), {"nonce": str(uuid.uuid4()), "body": body}).status == 201
    page = person.get(f"/contacts/{contact.pk}/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page
    assert KEPT["right-to-left override"] in page
    before = page[: page.index(KEPT["right-to-left override"])]
    assert 'dir="auto"' in before[before.rindex("<") :], "a direction mark turns nothing else around"


FRAMES: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "invalid"),
    "not JSON": ("hei", "invalid"),
    "half a frame": ('{"type":"send","nonce":"', "invalid"),
    "a list": ("[]", "invalid"),
    "a number": ("1", "invalid"),
    "null": ("null", "invalid"),
    "a bare string": ('"ping"', "invalid"),
    "NaN": ("NaN", "invalid"),
    "no type": ("{}", "invalid"),
    "unknown type": ('{"type":"delete"}', "invalid"),
    "a type that is no text": ('{"type":{"a":1}}', "invalid"),
    "a server's type": ('{"type":"message","body":"Hei"}', "invalid"),
    "wrong version": ('{"v":2,"type":"ping"}', "invalid"),
    "version as text": ('{"v":"1","type":"ping"}', "invalid"),
    "version as truth": ('{"v":true,"type":"ping"}', "invalid"),
    "no version that is a list": ('{"v":[],"type":"ping"}', "invalid"),
    "send without anything": ('{"type":"send"}', "invalid"),
    "nonce a number": ('{"type":"send","nonce":1,"body":"Hei"}', "invalid"),
    "nonce null": ('{"type":"send","nonce":null,"body":"Hei"}', "invalid"),
    "nonce a list": ('{"type":"send","nonce":[],"body":"Hei"}', "invalid"),
    "nonce too short": ('{"type":"send","nonce":"abc","body":"Hei"}', "invalid"),
    "nonce in braces": ('{"type":"send","nonce":"{12345678-1234-1234-1234-123456789012}","body":"Hei"}', "invalid"),
    "nonce with a lone surrogate": ('{"type":"send","nonce":"\\ud800","body":"Hei"}', "invalid"),
    "nonce of a megabyte's tenth": ('{"type":"send","nonce":"' + "a" * 50_000 + '","body":"Hei"}', "invalid"),
    "seen without a number": ('{"type":"seen"}', "invalid"),
    "seen below nothing": ('{"type":"seen","seq":-1}', "invalid"),
    "seen beyond all": ('{"type":"seen","seq":99999999999999999999}', "invalid"),
    "seen a fraction": ('{"type":"seen","seq":1.5}', "invalid"),
    "seen a truth value": ('{"type":"seen","seq":true}', "invalid"),
    "seen as text": ('{"type":"seen","seq":"1"}', "invalid"),
    "deep JSON": ("[" * 30_000 + "]" * 30_000, "invalid"),
    "deep object": ('{"a":' * 10_000 + "1" + "}" * 10_000, "invalid"),
    "a huge number": ('{"type":"seen","seq":' + "9" * 60_000 + "}", "invalid"),
    "just over 64 KiB": ('{"type":"ping","x":"' + "a" * 65_600 + '"}', "too_long"),
    "64 KiB in two-byte letters": ('{"type":"ping","x":"' + "ä" * 33_000 + '"}', "too_long"),
    "2 MB": ("x" * 2_000_000, "too_long"),
    "2 MB of a good frame": ('{"type":"send","body":"' + "a" * 2_000_000 + '"}', "too_long"),
    "binary": (b"\x00\x01\xff", "invalid"),
    "binary JSON": (b'{"type":"ping"}', "invalid"),
    "binary of 2 MB": (b"\x00" * 2_000_000, "invalid"),
}


def test_every_bad_frame_gets_an_error_and_the_socket_lives(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact) as thread:
        thread.wait_for("message", seq=1)
        for name, (frame, code) in FRAMES.items():
            thread.socket.send(frame)
            answer = thread.next()
            assert (answer["type"], answer.get("code")) == ("error", code), name
            assert answer["detail"] and answer["v"] == 1, name
            json.dumps(answer, ensure_ascii=False).encode()  # nothing in it that could not be said
        lives(thread)
        thread.answer_to(thread.say("Yhä täällä"))
    assert Message.objects.filter(contact=contact).count() == 2


def test_a_frame_with_more_than_it_needs_is_understood(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact) as thread:
        nonce = str(uuid.uuid4()).upper()
        thread.tell(v=1, type="send", nonce=nonce, body="Hei", author={"kind": "worker"}, seq=77, contact="x", at="y")
        answer = thread.wait_for("message", body="Hei")
        assert (answer["seq"], answer["author"]["kind"], answer["nonce"]) == (2, "client", nonce.lower())


def test_bytes_that_are_no_text_end_only_the_socket_that_sent_them(family: tuple[Person, Contact]) -> None:
    """RFC 6455 lets a server end a connection whose text frame is no UTF-8 (1007); no other socket notices."""
    person, contact = family
    with person.thread(contact) as other:
        other.wait_for("welcome")
        spoilt = person.thread(contact)
        spoilt.wait_for("welcome")
        spoilt.socket.send(b"\xff\xfe\xed\xa0\x80", text=True)
        spoilt.hear_out()
        lives(other)
        spoilt.close()
    with person.thread(contact) as again:
        lives(again)


HTTP_BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "invalid"),
    "not JSON": (b"hei", 400, "invalid"),
    "a list": (b"[]", 400, "invalid"),
    "null": (b"null", 400, "invalid"),
    "no UTF-8": (b'{"nonce":"\xff"}', 400, "invalid"),
    "half": (b'{"nonce":', 400, "invalid"),
    "NaN": (b'{"nonce":NaN,"body":"a"}', 400, "invalid"),
    "no nonce": (b'{"body":"Hei"}', 400, "invalid"),
    "nonce null": (b'{"nonce":null,"body":"Hei"}', 400, "invalid"),
    "nonce a number": (b'{"nonce":5,"body":"Hei"}', 400, "invalid"),
    "nonce a list": (b'{"nonce":[1],"body":"Hei"}', 400, "invalid"),
    "nonce a surrogate": (b'{"nonce":"\\ud800","body":"Hei"}', 400, "invalid"),
    "no body": (b'{"nonce":"8f14e45f-ceea-467f-a8d3-b3f5a1d8a0c1"}', 400, "invalid"),
    "deep": (b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", 400, "invalid"),
    "a huge number": (b'{"nonce":' + b"9" * 60_000 + b"}", 400, "invalid"),
    "2 MB": (b'{"body":"' + b"a" * 2_000_000 + b'"}', 413, "too_long"),
}


def test_every_bad_request_is_a_problem(family: tuple[Person, Contact]) -> None:
    person, contact = family
    for name, (raw, status, code) in HTTP_BODIES.items():
        for path in (messages_of(person, contact), "/api/v1/contacts/"):
            answer = person.post(path, raw=raw)
            assert answer.headers["Content-Type"].startswith("application/problem+json"), (name, answer.text[:200])
            assert (answer.status, answer.json["code"]) in [(status, code), (429, "rate_limited")], (name, answer.text)
            assert {"type", "title", "status", "code", "detail"} <= set(answer.json), name
    assert Message.objects.filter(contact=contact).count() == 1
    answer = person.post(messages_of(person, contact), raw=b"{}", headers={"Content-Type": "multipart/form-data"})
    assert (answer.status, answer.json["code"]) == (400, "invalid")
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = person.post(messages_of(person, contact), raw=b"{}", headers={"Content-Type": kind})
        assert (answer.status, answer.json["code"]) == (415, "unsupported_media_type"), kind
    answer = person.call("DELETE", messages_of(person, contact))
    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
    for after in ("-1", "x", "1.5", "9" * 30, "%D9%A1", "%00"):
        answer = person.get(f"{messages_of(person, contact)}?after={after}")
        assert (answer.status, answer.json["code"]) == (400, "invalid"), after


def test_a_socket_with_a_strange_after_starts_from_the_beginning(family: tuple[Person, Contact]) -> None:
    person, contact = family
    for after in ("-1", "x", "%D9%A1", "9" * 30, "", "1e3", "%00", "9999999999"):
        with Thread(person.dial(f"/ws/v1/contacts/{contact.pk}/?after={after}")) as thread:
            thread.wait_for("welcome")
            lives(thread)


# -- origin ---------------------------------------------------------------------------------------

ORIGINS = (
    "null", "", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1", "http://127.0.0.1",
    "http://localhost", "http://127.0.0.1.evil.example", "http://user@127.0.0.1", "file://", "javascript:x", "http://[",
)  # fmt: skip


@pytest.mark.parametrize("origin", [None, *ORIGINS])
def test_a_foreign_missing_or_other_origin_is_refused(family: tuple[Person, Contact], origin: str | None) -> None:
    person, contact = family
    with pytest.raises(InvalidStatus) as refusal:
        person.dial(f"/ws/v1/contacts/{contact.pk}/", origin=origin)
    assert refusal.value.response.status_code == 403


def test_the_own_origin_is_let_in(family: tuple[Person, Contact]) -> None:
    person, contact = family
    with person.thread(contact) as thread:
        thread.wait_for("welcome")


@pytest.mark.parametrize("path", ["/ws/v1/nowhere/", "/ws/v1/contacts/not-an-id/", "/ws/v2/contacts/", "/"])
def test_a_socket_address_that_is_none_is_refused_and_the_server_lives(
    family: tuple[Person, Contact], path: str
) -> None:
    person, contact = family
    with pytest.raises(InvalidStatus):
        person.dial(path)
    with person.thread(contact) as thread:
        lives(thread)


# -- floods ---------------------------------------------------------------------------------------


def test_a_flood_is_refused_with_a_time_to_wait_and_loses_no_text(server: WebProcess) -> None:
    make_cast()
    person, contact = family_at(server)
    bystander, other = family_at(server)
    with person.thread(contact) as thread, bystander.thread(other) as calm:
        calm.wait_for("welcome")
        sent = {thread.say(f"{number}"): f"{number}" for number in range(75)}
        answers: dict[str, Any] = {}
        while len(answers) < len(sent):
            frame = thread.next()
            if frame.get("nonce") in sent:
                answers[frame["nonce"]] = frame
        refused = [frame for frame in answers.values() if frame["type"] == "error"]
        assert refused, "75 at once is a flood"
        for frame in refused:
            assert frame["code"] == "rate_limited" and frame["retry_after"] >= 1 and frame["detail"]
        accepted = {nonce for nonce, frame in answers.items() if frame["type"] == "message"}
        assert {
            str(nonce) for nonce in Message.objects.filter(contact=contact, seq__gt=1).values_list("nonce", flat=True)
        } == accepted
        over_http = person.post(messages_of(person, contact), {"nonce": str(uuid.uuid4()), "body": "Ja vielä"})
        assert (over_http.status, over_http.json["code"]) == (429, "rate_limited")
        assert int(over_http.headers["Retry-After"]) >= 1
        assert calm.answer_to(calm.say("Minä olen rauhallinen"))["type"] == "message"
        time.sleep(refused[0]["retry_after"])
        again = refused[0]["nonce"]
        thread.say(sent[again], again)
        assert thread.answer_to(again)["type"] == "message", "after the wait the same text is taken"


def test_openings_of_one_visitor_are_limited(server: WebProcess) -> None:
    make_cast()
    person = visitor_at(server, make_visitor(clock.now()))
    statuses = []
    for _n in range(22):
        answer = person.post("/api/v1/contacts/", {"channel": "message", "nonce": str(uuid.uuid4()), "body": "Hei"})
        statuses.append(answer.status)
    assert statuses[:3] == [201, 201, 201]
    assert statuses[-1] == 429
    assert Contact.objects.count() == statuses.count(201)
