"""What an instrument is: a content pack of questions with points, weights and cut-points, and how answers are scored.

A pack is a JSON document:

    {slug, number, licence, source, name: words,
     axes: {coping: axis, demand: axis}}
    axis      {cut: "13.5", questions: [question, …]}
    question  {key, weight: "1.5", words: words, answers: [{key, points: 0…, words: words}, …]}
    words     {fi, sv, en}

A score is the sum of weight × points over the axis, exactly: weights and cut-points are decimals written as text,
points are whole numbers. The cut-point itself belongs above: from it on the family copes (coping) or the situation is
demanding (demand). Everything is data of the pack, so that anybody may work out a score by hand.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.translations import LANGUAGES, active_language
from segments.models import Assessment, Segment

PACKS = Path(__file__).parent / "packs"
FEWEST_ANSWERS = 2
HIGHEST_SCORE = Decimal("9999.99")  # what the column of a score holds
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DECIMAL = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")


class Axis(StrEnum):
    COPING = "coping"  # the family answers
    DEMAND = "demand"  # the professional answers


class PackBroken(ValueError):
    """A pack that cannot be read. The text says where in the pack and what is wrong, for whoever wrote it."""


class AnswersRefused(ValueError):
    """Answers that cannot be scored: `missing` questions without an answer, `unknown` questions or answers."""

    def __init__(self, missing: tuple[str, ...], unknown: tuple[str, ...]) -> None:
        super().__init__(f"missing: {', '.join(missing) or '-'}; unknown: {', '.join(unknown) or '-'}")
        self.missing = missing
        self.unknown = unknown


@dataclass(frozen=True)
class Answer:
    key: str
    points: int
    words: Mapping[str, str]

    @property
    def text(self) -> str:
        """In the reader's language."""
        return self.words[active_language()]


@dataclass(frozen=True)
class Question:
    key: str
    weight: Decimal
    words: Mapping[str, str]
    answers: tuple[Answer, ...]

    @property
    def text(self) -> str:
        """In the reader's language."""
        return self.words[active_language()]

    def points_of(self, key: object) -> int | None:
        return next((answer.points for answer in self.answers if answer.key == key), None)


@dataclass(frozen=True)
class Questions:
    """One axis: its questions and the score from which its higher side begins."""

    cut: Decimal
    questions: tuple[Question, ...]

    @property
    def lowest(self) -> Decimal:
        return sum((q.weight * min(a.points for a in q.answers) for q in self.questions), Decimal(0))

    @property
    def highest(self) -> Decimal:
        return sum((q.weight * max(a.points for a in q.answers) for q in self.questions), Decimal(0))


@dataclass(frozen=True)
class Pack:
    """A pack that has been read: every rule of this file holds of it."""

    slug: str
    number: int
    licence: str
    source: str
    name: Mapping[str, str]
    axes: Mapping[Axis, Questions]
    content: Mapping[str, Any]

    @property
    def digest(self) -> str:
        return sha256(canonical(self.content).encode()).hexdigest()


@dataclass(frozen=True)
class Score:
    """What the answers of one axis come to; `above` when the cut-point is reached."""

    value: Decimal
    above: bool


def canonical(content: Mapping[str, Any]) -> str:
    """The one text of a pack: keys in order, no white space, no escapes. Two files that say the same have the same."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_packs(folder: Path = PACKS) -> list[Pack]:
    """The packs of a folder, oldest number first. Raises PackBroken with the file's name."""
    packs = []
    for path in sorted(folder.glob("*.json")):
        try:
            packs.append(read_pack(json.loads(path.read_text(encoding="utf-8"))))
        except ValueError as wrong:
            raise PackBroken(f"{path.name}: {wrong}") from None
    return sorted(packs, key=lambda pack: (pack.slug, pack.number))


def read_pack(content: Any) -> Pack:
    """Raises PackBroken at the first thing that is wrong."""
    _keys(content, "pack", "slug", "number", "licence", "source", "name", "axes")
    number = content["number"]
    if type(number) is not int or not 1 <= number <= 32_767:
        raise PackBroken("number: a whole number from 1 on")
    _keys(content["axes"], "axes", *Axis)
    return Pack(
        slug=_key(content["slug"], "slug", longest=60),
        number=number,
        licence=_text(content["licence"], "licence", longest=120),
        source=_text(content["source"], "source", longest=300),
        name=_words(content["name"], "name"),
        axes={axis: _axis(content["axes"][axis], axis.value) for axis in Axis},
        content=content,
    )


def score(questions: Questions, answers: Mapping[str, Any]) -> Score:
    """All answers of one axis at once. Raises AnswersRefused for partial or unknown ones."""
    known = {question.key for question in questions.questions}
    missing = tuple(question.key for question in questions.questions if question.key not in answers)
    unknown = [str(key) for key in answers if key not in known]
    total = Decimal(0)
    for question in questions.questions:
        points = question.points_of(answers.get(question.key))
        if points is not None:
            total += question.weight * points
        elif question.key in answers:
            unknown.append(question.key)
    if missing or unknown:
        raise AnswersRefused(missing, tuple(unknown))
    return Score(total, total >= questions.cut)


def coping_of(result: Score) -> Assessment.Coping:
    return Assessment.Coping.GOOD if result.above else Assessment.Coping.WEAK


def demand_of(result: Score) -> Assessment.Demand:
    return Assessment.Demand.HIGH if result.above else Assessment.Demand.LOW


_CORNERS = {
    (Assessment.Coping.GOOD, Assessment.Demand.LOW): Segment.OMATOIMI,
    (Assessment.Coping.WEAK, Assessment.Demand.LOW): Segment.YHTEISO,
    (Assessment.Coping.GOOD, Assessment.Demand.HIGH): Segment.YHTEISTYO,
    (Assessment.Coping.WEAK, Assessment.Demand.HIGH): Segment.VERKOSTO,
}


def propose(coping: Assessment.Coping, demand: Assessment.Demand) -> Segment:
    """The corner of the two axes. Universal services belong to everybody and are never an instrument's proposal."""
    return _CORNERS[coping, demand]


def _axis(given: Any, where: str) -> Questions:
    _keys(given, where, "cut", "questions")
    questions = tuple(
        _question(row, f"{where}.questions[{n}]")
        for n, row in enumerate(_list(given["questions"], f"{where}.questions"))
    )
    _once([question.key for question in questions], f"{where}.questions")
    axis = Questions(_decimal(given["cut"], f"{where}.cut"), questions)
    if not axis.lowest < axis.cut <= axis.highest:
        raise PackBroken(
            f"{where}.cut: {axis.cut} is out of reach, scores go from {axis.lowest} to {axis.highest}, "
            "and both sides of it must be possible"
        )
    if axis.highest > HIGHEST_SCORE:
        raise PackBroken(f"{where}: scores may go up to {HIGHEST_SCORE}")
    return axis


def _question(given: Any, where: str) -> Question:
    _keys(given, where, "key", "weight", "words", "answers")
    weight = _decimal(given["weight"], f"{where}.weight")
    if not weight:
        raise PackBroken(f"{where}.weight: more than 0")
    answers = tuple(
        _answer(row, f"{where}.answers[{n}]") for n, row in enumerate(_list(given["answers"], f"{where}.answers"))
    )
    if len(answers) < FEWEST_ANSWERS:
        raise PackBroken(f"{where}.answers: at least {FEWEST_ANSWERS}")
    _once([answer.key for answer in answers], f"{where}.answers")
    return Question(_key(given["key"], f"{where}.key"), weight, _words(given["words"], f"{where}.words"), answers)


def _answer(given: Any, where: str) -> Answer:
    _keys(given, where, "key", "points", "words")
    points = given["points"]
    if type(points) is not int or not 0 <= points <= 1_000:
        raise PackBroken(f"{where}.points: a whole number from 0 to 1000")
    return Answer(_key(given["key"], f"{where}.key"), points, _words(given["words"], f"{where}.words"))


def _keys(given: Any, where: str, *wanted: str) -> None:
    if not isinstance(given, dict):
        raise PackBroken(f"{where}: an object with {', '.join(wanted)}")
    if unknown := sorted(set(given) - set(wanted)):
        raise PackBroken(f"{where}: unknown {', '.join(unknown)}")
    if missing := [key for key in wanted if key not in given]:
        raise PackBroken(f"{where}: {', '.join(missing)} missing")


def _list(given: Any, where: str) -> list[Any]:
    if not isinstance(given, list) or not given:
        raise PackBroken(f"{where}: a list with something in it")
    return given


def _once(keys: list[str], where: str) -> None:
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise PackBroken(f"{where}: {', '.join(twice)} twice")


def _text(given: Any, where: str, longest: int = 500) -> str:
    if not isinstance(given, str) or not given.strip() or "\0" in given or len(given) > longest:
        raise PackBroken(f"{where}: text of at most {longest} characters")
    return given


def _key(given: Any, where: str, longest: int = 40) -> str:
    if not isinstance(given, str) or not _KEY.fullmatch(given) or len(given) > longest:
        raise PackBroken(f"{where}: small letters a-z, digits and hyphens, at most {longest}")
    return given


def _decimal(given: Any, where: str) -> Decimal:
    """Written as text: a JSON number would become a binary fraction on the way."""
    if not isinstance(given, str) or not _DECIMAL.fullmatch(given):
        raise PackBroken(f'{where}: a decimal as text, such as "1.5", with at most two decimals')
    return Decimal(given)


def _words(given: Any, where: str) -> Mapping[str, str]:
    _keys(given, where, *LANGUAGES)
    return {language: _text(given[language], f"{where}.{language}") for language in LANGUAGES}
