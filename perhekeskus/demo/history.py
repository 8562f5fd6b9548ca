"""A few days of history for an empty demo: conversations that were, and messages that wait for an answer.

The same moment gives the same history. Messages go through the platform's one writer, so numbers, turns, first
answers and the audit record are made as in real life; only the times are set. No live chat is left waiting: nobody
would answer it.
"""

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.models import Membership, Unit, User, Visitor
from accounts.visitors import keyed_hash
from audit.codes import AuditCode, AuditGround
from audit.models import AuditEvent
from catalogue.models import Topic
from core.opening_hours import local_date
from guidance import message_log
from guidance.hours import UnitHours, answering_hours
from guidance.message_log import CARRIED_AUTHOR, SYSTEM_AUTHOR, Author, Entry
from guidance.models import ClientRelationship, Contact, Feedback
from guidance.promises import Promises
from guidance.services import wording
from perhekeskus.demo.content_files import content
from perhekeskus.demo.handed_over import keep_what_was_told, with_services
from perhekeskus.demo.identified import make_people, store_identification

Channel, Outcome, State = Contact.Channel, Contact.Outcome, Contact.State
WORKERS = ("ohjaaja1@demo.test", "ohjaaja2@demo.test")
SERVICE_DAYS = 8
SEED = 20261123
# The busiest hours have most chats: minutes after opening, and how often.
_RHYTHM = {(0, 90): 4, (90, 240): 4, (240, 330): 2, (330, 420): 3}
_CHATS_A_DAY = {1: 11, 2: 9, 3: 8, 4: 8, 5: 6}

Json = dict[str, Any]


@dataclass
class Story:
    """One contact as it will be, with its thread: the row's final state waits in `ending` until the thread is in."""

    contact: Contact
    visitor: Visitor
    entries: list[Entry] = field(default_factory=list)
    ending: Json = field(default_factory=dict)
    feedback: Json | None = None
    who: str = ""  # the key of the provider's person that the family turned out to be, or wrote as
    identification: list[tuple[str, str, dt.datetime]] = field(default_factory=list)  # (asked, done, declined), words


def write_history(now: dt.datetime) -> int:
    """Fill an empty platform up to `now`; returns the number of contacts."""
    stories = _Teller(now).tell()
    people = make_people(stories)
    _store(stories, now)
    keep_what_was_told(now)
    store_identification(stories, people)
    return len(stories)


class _Teller:
    """Makes up who wrote when. Everything random comes from one seeded source, in one order."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.random = random.Random(SEED)
        self.unit = Unit.objects.get(is_front_door=True)
        self.hours = answering_hours(self.unit, Channel.CHAT)
        self.promises = Promises(UnitHours(self.unit))
        self.reading_hours = answering_hours(self.unit, Channel.MESSAGE)
        self.workers = [User.objects.get(email=email) for email in WORKERS]
        self.topics = {topic.slug: topic for topic in Topic.objects.all()}
        threads = with_services(content("threads.json"), now)
        self.chats = [thread for thread in threads if thread["channel"] == Channel.CHAT]
        self.messages = [thread for thread in threads if thread["channel"] == Channel.MESSAGE]
        self.unanswered = content("unanswered.json")
        self.stories: list[Story] = []

    def tell(self) -> list[Story]:
        days = self._service_days()
        chats = self._endless(self.chats)
        messages = self._endless(self.messages)
        left = iter(self.unanswered["left_queue"])
        for number, (opens, closes) in enumerate(days):
            for opened in self._arrivals(opens, closes):
                self._chat(next(chats), opened, closes)
            if number % 2 == 0 and (line := next(left, None)):
                self._left_queue(line, opens + dt.timedelta(minutes=self.random.randint(20, 200)))
            for _each in range(2):
                arrived = opens - dt.timedelta(minutes=self.random.randint(30, 14 * 60))
                self._message(next(messages), arrived, opens + dt.timedelta(minutes=self.random.randint(15, 150)))
        if len(days) > 2:
            self._carried_over(self.unanswered["carried_over"][0], days[-3][1], days[-2][0])
        self._comes_back(days)
        self._identified(days)
        for line in self.unanswered["waiting"]:
            self._waiting_message(line)
        return self.stories

    # -- days and times ---------------------------------------------------------------------

    def _service_days(self) -> list[tuple[dt.datetime, dt.datetime]]:
        """Opening and closing of the last days of service, oldest first, today among them when it has begun."""
        days: list[tuple[dt.datetime, dt.datetime]] = []
        day = local_date(self.now)
        for _back in range(60):
            spans = self.hours.spans_on(day)
            if spans and spans[0][0] < self.now:
                days.append((spans[0][0], spans[-1][1]))
            if len(days) == SERVICE_DAYS:
                break
            day -= dt.timedelta(days=1)
        return days[::-1]

    def _arrivals(self, opens: dt.datetime, closes: dt.datetime) -> list[dt.datetime]:
        count = _CHATS_A_DAY.get(local_date(opens).isoweekday(), 6)
        chosen = self.random.choices(list(_RHYTHM), list(_RHYTHM.values()), k=count)
        minutes = [self.random.uniform(first, last) for first, last in chosen]
        latest = closes - dt.timedelta(minutes=40)
        return sorted(moment for each in minutes if (moment := opens + dt.timedelta(minutes=each)) < latest)

    def _endless(self, rows: list[Json]) -> Any:
        while True:
            yield from self.random.sample(rows, len(rows))

    def _wait(self) -> dt.timedelta:
        """In the queue: mostly a few minutes, now and then long."""
        return dt.timedelta(seconds=min(self.random.lognormvariate(5.1, 0.8), 26 * 60))

    def _writing(self, body: str) -> dt.timedelta:
        """Reading, thinking and typing so many letters."""
        return dt.timedelta(seconds=self.random.uniform(15, 70) + len(body) * self.random.uniform(0.15, 0.3))

    def _worker(self, language: str) -> User:
        return self.workers[1] if language == "sv" else self.random.choice(self.workers)

    # -- stories ----------------------------------------------------------------------------

    def _begin(self, line: Json, channel: str, opened: dt.datetime, same: Story | None = None) -> Story:
        visitor = same.visitor if same else Visitor(return_code_hash=keyed_hash(str(self._uuid())), created_at=opened)
        relationship = same.contact.family if same else ClientRelationship(visitor=visitor, created_at=opened)
        contact = Contact(
            id=self._uuid(),
            relationship=relationship,
            visitor=visitor,
            channel=channel,
            unit=self.unit,
            topic=self.topics.get(line["topic"]) if line["topic"] else None,
            language=line["language"],
            open_nonce=self._uuid(),
            opened_at=opened,
            queued_at=opened,
            due_at=self.promises.due_at(channel, opened),
            follows=same.contact if same else None,
        )
        story = Story(contact, visitor)
        self.stories.append(story)
        return story

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def _client(self, story: Story, body: str, at: dt.datetime) -> None:
        nonce = self._uuid() if story.entries else story.contact.open_nonce
        story.entries.append(Entry(story.contact.pk, nonce, body, CARRIED_AUTHOR, at))

    def _system(self, story: Story, code: str, body: str, at: dt.datetime) -> None:
        story.entries.append(Entry(story.contact.pk, self._uuid(), body, SYSTEM_AUTHOR, at, code))

    def _worker_joins(self, story: Story, at: dt.datetime) -> User:
        contact = story.contact
        worker = self._worker(contact.language)
        contact.state, contact.worker, contact.joined_at, contact.taken_at = State.OPEN, worker, at, at
        self._system(story, "worker_joined", wording.joined(contact, worker.first_name, at), at)
        return worker

    def _says(self, story: Story, worker: User, body: str, at: dt.datetime) -> None:
        author = Author("worker", staff_id=worker.pk, trusted=True)
        story.entries.append(Entry(story.contact.pk, self._uuid(), body, author, at))

    def _talk(self, story: Story, lines: list[list[str]], joined: dt.datetime) -> dt.datetime:
        """The lines after the opening one, from the moment a worker joins; returns when the last was written."""
        worker = self._worker_joins(story, joined)
        at = joined
        for kind, body in lines:
            at += self._writing(body)
            if kind == "client":
                self._client(story, body, at)
            elif kind == "worker":
                self._says(story, worker, body, at)
            else:
                self._identification(story, kind, body, worker, at)
        return at

    def _identification(self, story: Story, kind: str, reason: str, worker: User, at: dt.datetime) -> None:
        contact = story.contact
        words = {
            "asked": wording.identification_asked(contact, worker.first_name, reason),
            "done": wording.identified(contact),
            "declined": wording.identification_declined(contact),
        }
        codes = {"asked": "identification_asked", "done": "identified", "declined": "identification_declined"}
        self._system(story, codes[kind], words[kind], at)
        story.identification.append((kind, reason, at))

    def _chat(self, thread: Json, opened: dt.datetime, closes: dt.datetime) -> None:
        (_kind, opening), *rest = thread["lines"]
        story = self._begin(thread, Channel.CHAT, opened)
        self._client(story, opening, opened)
        last = self._talk(story, rest, opened + self._wait())
        if thread["outcome"] == Outcome.WENT_SILENT:
            warned = last + dt.timedelta(minutes=10)
            self._system(story, "silence_warning", wording.silence_warning(story.contact, 10), warned)
            self._close(story, thread, warned + dt.timedelta(minutes=10))
        else:
            self._close(story, thread, last + dt.timedelta(seconds=self.random.uniform(40, 180)))
        if story.ending["closed_at"] > min(self.now, closes + dt.timedelta(minutes=15)):
            self.stories.pop()  # it would not be over yet

    def _message(self, thread: Json, arrived: dt.datetime, read: dt.datetime) -> None:
        (_kind, opening), *rest = thread["lines"]
        story = self._begin(thread, Channel.MESSAGE, arrived)
        self._client(story, opening, arrived)
        last = self._talk(story, rest, read)
        self._close(story, thread, last + dt.timedelta(minutes=2))
        if story.ending["closed_at"] > self.now:
            self.stories.pop()

    def _left_queue(self, line: Json, opened: dt.datetime) -> None:
        left = opened + dt.timedelta(seconds=self.random.choice((6, 95, 240, 610)))
        if left > self.now:
            return
        story = self._begin(line, Channel.CHAT, opened)
        self._client(story, line["body"], opened)
        self._system(story, "left_queue", wording.left_queue(story.contact), left)
        story.ending = {"outcome": Outcome.LEFT_QUEUE, "closed_at": left}

    def _carried_over(self, line: Json, closes: dt.datetime, opens_next: dt.datetime) -> None:
        """A chat that nobody had time for before closing goes on as a message and is answered in the morning."""
        opened = closes - dt.timedelta(minutes=4)
        moved = closes + dt.timedelta(minutes=11)
        chat = self._begin(line, Channel.CHAT, opened)
        self._client(chat, line["body"], opened)
        self._system(chat, "carried_over", wording.carried_over(chat.contact, Channel.MESSAGE), moved)
        chat.ending = {"outcome": Outcome.CONTINUES, "closed_at": moved}
        message = self._begin(line, Channel.MESSAGE, moved, same=chat)
        self._client(message, line["body"], opened)
        last = self._talk(message, [["worker", line["answer"]]], opens_next + dt.timedelta(minutes=12))
        sheet = {"outcome": Outcome.SIGNPOSTED, "next_step": "", "next_step_owner": "family"}
        self._close(message, sheet, last + dt.timedelta(minutes=1))

    def _comes_back(self, days: list[tuple[dt.datetime, dt.datetime]]) -> None:
        """Two families who came back on a later day, with a new contact that follows the earlier one."""
        earlier = [s for s in self.stories if s.contact.channel == Channel.CHAT and s.contact.joined_at is not None]
        for number, day in ((2, -3), (11, -2)):
            if len(days) < 4 or len(earlier) <= number:
                return
            opened = days[day][0] + dt.timedelta(minutes=35 + number)
            before = earlier[number].contact
            line = {"language": before.language, "topic": before.topic.slug if before.topic else None}
            story = self._begin(line, Channel.CHAT, opened, same=earlier[number])
            question, answer, thanks = _COMING_BACK[story.contact.language]
            self._client(story, question, opened)
            last = self._talk(story, [["worker", answer], ["client", thanks]], opened + self._wait())
            sheet = {"outcome": Outcome.RESOLVED, "next_step": "", "next_step_owner": "nobody"}
            self._close(story, sheet, last + dt.timedelta(minutes=1))

    def _identified(self, days: list[tuple[dt.datetime, dt.datetime]]) -> None:
        """Families that said who they are when a worker asked, one that did not, and one that wrote as itself later."""
        lines = content("identified.json")
        for number, line in enumerate(lines["chats"]):
            if len(days) < number + 2:
                return
            opened = days[-2 - number][0] + dt.timedelta(minutes=55 + 40 * number)
            story = self._begin(line, Channel.CHAT, opened)
            story.who = line.get("who", "")
            (_kind, opening), *rest = line["lines"]
            self._client(story, opening, opened)
            last = self._talk(story, rest, opened + self._wait())
            self._close(story, line, last + dt.timedelta(minutes=1))
        for line in lines["waiting"]:
            self._waiting_message(line)
            self.stories[-1].who = line["who"]

    def _waiting_message(self, line: Json) -> None:
        opened = self.now - dt.timedelta(hours=line["hours_ago"], minutes=self.random.randint(0, 50))
        story = self._begin(line, Channel.MESSAGE, opened)
        self._client(story, line["body"], opened)

    def _close(self, story: Story, sheet: Json, at: dt.datetime) -> None:
        contact = story.contact
        if sheet["outcome"] == Outcome.WENT_SILENT:
            self._system(story, "closed", wording.closed_silent(contact), at)
        else:
            name = contact.worker.first_name if contact.worker else ""
            self._system(story, "closed", wording.closed(contact, name, sheet["next_step"]), at)
        story.ending = {
            "outcome": sheet["outcome"],
            "next_step": sheet["next_step"],
            "next_step_owner": sheet["next_step_owner"],
            "closed_at": at,
        }
        given = sheet.get("feedback")
        if given and self.random.random() < 0.55:
            story.feedback = {**given, "at": at + dt.timedelta(minutes=self.random.randint(1, 9))}


_COMING_BACK = {
    "fi": (
        "Hei, kirjoitin teille aiemmin. Meillä on jo vähän parempi, mutta kysyisin vielä yhden asian: kuinka kauan "
        "kannattaa odottaa, ennen kuin kokeillaan jotain muuta?",
        "Hei, mukava kuulla, että olo on parempi. Anna sille pari viikkoa. Jos muutosta ei sitten näy, kirjoita "
        "meille, niin mietitään seuraava askel yhdessä.",
        "Kiitos, tehdään niin.",
    ),
    "sv": (
        "Hej, jag skrev till er tidigare. Det går redan lite bättre, men hur länge ska vi vänta innan vi prövar "
        "något annat?",
        "Hej, vad roligt att det känns bättre. Ge det ett par veckor. Om inget ändras kan du skriva till oss igen, "
        "så funderar vi tillsammans.",
        "Tack, det gör vi.",
    ),
    "en": (
        "Hello, I wrote to you before. It is already a bit better. How long should we wait before we try "
        "something else?",
        "Hello, I'm glad to hear that. Give it a couple of weeks. If nothing changes, write to us again and we will "
        "think of the next step together.",
        "Thank you, we will.",
    ),
}


def _store(stories: list[Story], now: dt.datetime) -> None:
    nameless = [story for story in stories if story.contact.visitor is not None]
    Visitor.objects.bulk_create({id(story.visitor): story.visitor for story in nameless}.values())
    relationships = {id(story.contact.family): story.contact.family for story in nameless}
    ClientRelationship.objects.bulk_create(relationships.values())
    Contact.objects.bulk_create(story.contact for story in stories)
    entries = [entry for story in stories for entry in story.entries]
    with connection.cursor() as cursor:
        cursor.execute(message_log.WRITE, message_log.parameters(entries))
        refused = {message_log.Outcome(row[0]) for row in cursor.fetchall()} - {message_log.Outcome.WRITTEN}
    if refused:
        raise RuntimeError(f"the demo's history was refused: {sorted(refused)}")
    _close_all([story for story in stories if story.ending])
    Feedback.objects.bulk_create(
        Feedback(contact=story.contact, **story.feedback) for story in stories if story.feedback
    )
    AuditEvent.objects.bulk_create(event for story in stories for event in _audited(story))


def _close_all(stories: list[Story]) -> None:
    written = Contact.objects.in_bulk([story.contact.pk for story in stories])
    for story in stories:
        contact = written[story.contact.pk]
        contact.state = State.CLOSED
        contact.client_seen_seq = contact.worker_seen_seq = contact.last_seq
        for name, value in story.ending.items():
            setattr(contact, name, value)
    fields = ["state", "outcome", "next_step", "next_step_owner", "closed_at", "client_seen_seq", "worker_seen_seq"]
    Contact.objects.bulk_update(written.values(), fields)


def _audited(story: Story) -> list[AuditEvent]:
    """What the services would have recorded; the messages' own events come from the writer."""
    contact = story.contact
    client: Json = {"actor_kind": AuditEvent.Actor.CLIENT, "actor_id": story.visitor.pk, "ground": AuditGround.OWN}
    if contact.visitor is None:
        client |= {"actor_kind": AuditEvent.Actor.PERSON, "actor_id": contact.family.person_id}
    staff: Json = {"actor_kind": AuditEvent.Actor.STAFF, "actor_id": contact.worker_id, "unit_id": contact.unit_id}
    staff |= {"role": Membership.Role.WORKER, "ground": AuditGround.TASK}
    system: Json = {"actor_kind": AuditEvent.Actor.SYSTEM, "ground": AuditGround.PLATFORM}
    acts: list[tuple[AuditCode, dt.datetime, Json, Json]] = []
    acts.append((AuditCode.CONTACT_OPENED, contact.opened_at, client, {"channel": contact.channel}))
    if contact.joined_at is not None:
        acts.append((AuditCode.CONTACT_TAKEN, contact.joined_at, staff, {}))
        acts.append((AuditCode.CONTACT_VIEWED, contact.joined_at, staff, {"state": State.OPEN}))
    if story.ending:
        outcome = story.ending["outcome"]
        left = outcome == Outcome.LEFT_QUEUE
        by_itself = outcome in (Outcome.WENT_SILENT, Outcome.CONTINUES)
        code = AuditCode.CONTACT_LEFT if left else AuditCode.CONTACT_CLOSED
        actor = client if left else system if by_itself else staff
        acts.append((code, story.ending["closed_at"], actor, {"outcome": outcome}))
    if story.feedback:
        acts.append((AuditCode.FEEDBACK_GIVEN, story.feedback["at"], client, {}))
    return [
        AuditEvent(
            at=at, code=code, object_type="contact", object_id=str(contact.pk),
            relationship_id=contact.relationship_id, data=data, **actor,
        )
        for code, at, actor, data in acts
    ]  # fmt: skip
