"""The shape of an instrument, and what answers come to: exactly, at the cut-points and in the four corners."""

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from segments.instruments import (
    PACKS,
    AnswersRefused,
    Axis,
    PackBroken,
    Questions,
    canonical,
    coping_of,
    demand_of,
    propose,
    read_pack,
    read_packs,
    score,
)

PACK = json.loads((PACKS / "arjen-tuki-1.json").read_text(encoding="utf-8"))


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    content = copy.deepcopy(PACK)
    change(content)
    return content


def coping(content: dict[str, Any]) -> dict[str, Any]:
    axis: dict[str, Any] = content["axes"]["coping"]
    return axis


def first(content: dict[str, Any]) -> dict[str, Any]:
    question: dict[str, Any] = coping(content)["questions"][0]
    return question


def axis_with_cut(axis: Axis, cut: Decimal) -> Questions:
    """The pack's axis with its cut-point moved."""
    return Questions(cut, read_pack(PACK).axes[axis].questions)


# -- the pack -------------------------------------------------------------------------------------


def test_our_pack_is_read_whole() -> None:
    [pack] = read_packs()
    assert (pack.slug, pack.number, pack.licence, pack.source) == ("arjen-tuki", 1, "EUPL-1.2", "Perhekeskus")
    assert {axis: len(asked.questions) for axis, asked in pack.axes.items()} == {Axis.COPING: 8, Axis.DEMAND: 7}
    assert {len(question.answers) for asked in pack.axes.values() for question in asked.questions} == {4}
    question = pack.axes[Axis.COPING].questions[0]
    for language, words in (("fi", "Miten nukutte"), ("sv", "Hur sover ni"), ("en", "How do you sleep")):
        with translation.override(language):
            assert question.text.startswith(words)
            assert question.answers[0].text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c.update(colour="red"), "pack: unknown colour"),
        (lambda c: c.pop("licence"), "pack: licence missing"),
        (lambda c: c.update(source=" "), "source: text"),
        (lambda c: c.update(number=0), "number: a whole number"),
        (lambda c: c.update(number=True), "number: a whole number"),
        (lambda c: c.update(slug="Arjen tuki"), "slug: small letters"),
        (lambda c: c["name"].pop("sv"), "name: sv missing"),
        (lambda c: c["axes"].pop("demand"), "axes: demand missing"),
        (lambda c: c["axes"].update(mood={}), "axes: unknown mood"),
        (lambda c: coping(c).update(questions=[]), "coping.questions: a list"),
        (lambda c: coping(c)["questions"].append(first(c)), "coping.questions: voimat twice"),
        (lambda c: first(c).update(weight=1.5), 'coping.questions[0].weight: a decimal as text, such as "1.5"'),
        (lambda c: first(c).update(weight="-1"), "coping.questions[0].weight: a decimal"),
        (lambda c: first(c).update(weight="0.00"), "coping.questions[0].weight: more than 0"),
        (lambda c: first(c).update(weight="0.001"), "coping.questions[0].weight: a decimal"),
        (lambda c: first(c)["words"].update(en=""), "coping.questions[0].words.en: text"),
        (lambda c: first(c)["words"].update(de="Schlaf"), "coping.questions[0].words: unknown de"),
        (lambda c: first(c).update(answers=first(c)["answers"][:1]), "coping.questions[0].answers: at least 2"),
        (lambda c: first(c)["answers"][1].update(points="2"), "coping.questions[0].answers[1].points: a whole number"),
        (lambda c: first(c)["answers"][1].update(key="hyvin"), "coping.questions[0].answers: hyvin twice"),
        (lambda c: coping(c).update(cut="0"), "coping.cut: 0 is out of reach, scores go from 0.0 to 27.0"),
        (lambda c: coping(c).update(cut="27.01"), "coping.cut: 27.01 is out of reach"),
    ],
)
def test_a_broken_pack_says_where_and_what(change: Callable[[dict[str, Any]], object], told: str) -> None:
    with pytest.raises(PackBroken) as refused:
        read_pack(changed(change))
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "broken.json: "), ("[]", "broken.json: pack: an object"), ("{}", "broken.json: pack: slug")],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "broken.json").write_text(text, encoding="utf-8")
    with pytest.raises(PackBroken, match=f"^{told}"):
        read_packs(tmp_path)


def test_the_digest_follows_what_is_said_and_not_how_it_is_written() -> None:
    turned = json.loads(json.dumps(dict(reversed(PACK.items())), indent=7))
    assert read_pack(turned).digest == read_pack(PACK).digest
    assert canonical({"b": "ä", "a": 1}) == '{"a":1,"b":"ä"}'
    changes = (lambda c: coping(c).update(cut="14"), lambda c: first(c)["words"].update(fi="Nukutteko?"))
    digests = {read_pack(changed(change)).digest for change in changes}
    assert len(digests | {read_pack(PACK).digest}) == 3


# -- scores ---------------------------------------------------------------------------------------


@st.composite
def answered(draw: st.DrawFn, axis: Axis) -> tuple[Questions, dict[str, str]]:
    questions = read_pack(PACK).axes[axis]
    answers = {q.key: draw(st.sampled_from([a.key for a in q.answers])) for q in questions.questions}
    return questions, answers


@given(st.sampled_from(Axis).flatmap(answered))
def test_a_score_is_the_exact_weighted_sum_and_above_from_the_cut_on(case: tuple[Questions, dict[str, str]]) -> None:
    questions, answers = case
    hundredths = sum(
        int(question.weight * 100)
        * next(answer.points for answer in question.answers if answer.key == answers[question.key])
        for question in questions.questions
    )
    result = score(questions, answers)
    assert result.value == Decimal(hundredths) / 100
    assert questions.lowest <= result.value <= questions.highest
    assert result.above == (hundredths >= int(questions.cut * 100))
    # Exactly at, just below and just above, wherever the answers fall.
    for nudge, above in ((Decimal(0), True), (Decimal("0.01"), False), (Decimal("-0.01"), True)):
        assert score(Questions(result.value + nudge, questions.questions), answers).above is above


@given(st.sampled_from(Axis).flatmap(answered), st.data())
def test_a_better_answer_never_makes_a_score_lower(case: tuple[Questions, dict[str, str]], data: st.DataObject) -> None:
    questions, answers = case
    question = data.draw(st.sampled_from(questions.questions))
    given_points = question.points_of(answers[question.key])
    assert given_points is not None
    higher = [answer.key for answer in question.answers if answer.points >= given_points]
    other = {**answers, question.key: data.draw(st.sampled_from(higher))}
    assert score(questions, other).value >= score(questions, answers).value


@given(st.sampled_from(Axis).flatmap(answered), st.data())
def test_partial_answers_are_refused_with_what_is_missing(
    case: tuple[Questions, dict[str, str]], data: st.DataObject
) -> None:
    questions, answers = case
    gone = data.draw(st.sets(st.sampled_from([q.key for q in questions.questions]), min_size=1))
    with pytest.raises(AnswersRefused) as refused:
        score(questions, {key: value for key, value in answers.items() if key not in gone})
    assert refused.value.missing == tuple(q.key for q in questions.questions if q.key in gone)
    assert refused.value.unknown == ()


def test_unknown_answers_are_refused() -> None:
    questions = read_pack(PACK).axes[Axis.COPING]
    answers: dict[str, Any] = {question.key: question.answers[0].key for question in questions.questions}
    for wrong, unknown in (
        ({"uni": "hyvin"}, ("uni",)),
        ({"voimat": "ei"}, ("voimat",)),
        ({"voimat": ["x"]}, ("voimat",)),
    ):
        with pytest.raises(AnswersRefused) as refused:
            score(questions, answers | wrong)
        assert (refused.value.missing, refused.value.unknown) == ((), unknown)


# The score of the middle answers: one point on each coping question (weights 9 in all), one on each of demand.
@pytest.mark.parametrize(
    ("coping_cut", "demand_cut", "segment"),
    [
        ("8.99", "9.01", "omatoimi"),
        ("9", "9.01", "omatoimi"),
        ("9.01", "9.01", "yhteiso"),
        ("9", "9", "yhteistyo"),
        ("8.99", "8.99", "yhteistyo"),
        ("9.01", "9", "verkosto"),
        ("9.01", "8.99", "verkosto"),
    ],
)
def test_four_corners_at_their_cut_points(coping_cut: str, demand_cut: str, segment: str) -> None:
    results = []
    for axis, cut in ((Axis.COPING, coping_cut), (Axis.DEMAND, demand_cut)):
        questions = axis_with_cut(axis, Decimal(cut))
        ones = {q.key: next(a.key for a in q.answers if a.points == 1) for q in questions.questions}
        results.append(score(questions, ones))
    assert [result.value for result in results] == [9, 9]
    assert propose(coping_of(results[0]), demand_of(results[1])) == segment
