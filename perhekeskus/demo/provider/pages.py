"""The pages that people see: plain forms, no script, everything from outside escaped."""

from collections.abc import Sequence
from html import escape

from perhekeskus.demo.provider.client import AuthorizationRequest
from perhekeskus.demo.provider.faults import Fault
from perhekeskus.demo.provider.http import Answer
from perhekeskus.demo.provider.persons import LEVELS, Person
from perhekeskus.demo.provider.words import LANGUAGES, say, say_fault


def choice(
    *,
    people: Sequence[Person],
    asked: AuthorizationRequest,
    person: str,
    level: str,
    language: str,
    fault: Fault,
    nothing_to_repeat: bool,
) -> Answer:
    """Who are you? `person`, `level` and `fault` are what is chosen when the page opens."""
    service = {"service": asked.service_name}
    cards = "".join(_card(one, language, chosen=one.key == person) for one in people)
    levels = "".join(
        f'<label class="pick"><input type="radio" name="level" value="{name}"{" checked" if name == level else ""}>'
        f"<span>{escape(say(name, language))}</span></label>"
        for name in LEVELS
    )
    faults = "".join(
        f'<option value="{one}"{" selected" if one is fault else ""}>{escape(say_fault(one, language))}</option>'
        for one in Fault
    )
    # The address is kept: a form without action posts back to where it is, language included.
    body = f"""
<form method="post" class="card choice">
  <h1>{escape(say("title", language))}</h1>
  <p class="lead">{escape(say("lead", language, service))}</p>
  <fieldset class="people">
    <legend>{escape(say("people", language))}</legend>
    <div class="cards">{cards}</div>
  </fieldset>
  <fieldset>
    <legend>{escape(say("level", language))}</legend>
    <div class="picks">{levels}</div>
  </fieldset>
  <p class="soft told">{escape(say("told", language, service))}</p>
  <div class="btns">
    <button class="btn" type="submit" name="answer" value="go">{escape(say("go", language))}</button>
    <button class="btn second" type="submit" name="answer" value="cancel">{escape(say("cancel", language))}</button>
  </div>
  <details class="fault"{" open" if fault or nothing_to_repeat else ""}>
    <summary>{escape(say("try_fault", language))}</summary>
    <p class="soft" id="about-faults">{escape(say("try_fault_more", language))}</p>
    {_alert(say("nothing_to_repeat", language)) if nothing_to_repeat else ""}
    <label for="fault">{escape(say("fault", language))}</label>
    <select class="input" id="fault" name="fault" aria-describedby="about-faults">{faults}</select>
  </details>
</form>"""
    return Answer(_page(say("title", language), body, language, switch=True), leads_to=asked.origin)


def too_late(language: str) -> Answer:
    return Answer(_page(say("late_title", language), _told("late_title", "late", language), language), 404)


def welcome(language: str) -> Answer:
    return Answer(_page(say("brand", language), _told("brand", "welcome", language), language, switch=True))


def refusal(reason: str, status: int) -> Answer:
    """For the developer of the other side: what was wrong with the request. No family ever gets here."""
    body = f'<div class="card"><h1>The request was refused</h1><p class="lead">{escape(reason)}</p></div>'
    return Answer(_page("Refused", body, "en"), status)


def _card(person: Person, language: str, *, chosen: bool) -> str:
    code = person.identity_code or person.eidas_identifier
    return (
        f'<label class="person-card"><input type="radio" name="person" value="{escape(person.key)}"'
        f"{' checked' if chosen else ''}>"
        f'<span class="face" aria-hidden="true">{escape(person.given_names[0] + person.family_name[0])}</span>'
        f"<span><b>{escape(person.name)}</b><span>{escape(say(person.key, language))}</span>"
        f'<span class="soft number">{escape(code)}</span>'
        "</span></label>"
    )


def _told(title: str, text: str, language: str) -> str:
    heading, sentence = escape(say(title, language)), escape(say(text, language))
    return f'<div class="card"><h1>{heading}</h1><p class="lead">{sentence}</p></div>'


def _alert(text: str) -> str:
    return f'<p class="strip alert" role="alert">{escape(text)}</p>'


def _page(title: str, body: str, language: str, *, switch: bool = False) -> bytes:
    brand, notice = escape(say("brand", language)), escape(say("notice", language))
    links = "".join(
        f'<li><a href="?lang={code}" lang="{code}" hreflang="{code}"'
        f"{' aria-current=true' if code == language else ''}>{name}</a></li>"
        for code, name in LANGUAGES.items()
    )
    languages = f'<nav aria-label="{escape(say("language", language))}"><ul class="languages">{links}</ul></nav>'
    return f"""<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>{escape(title)} – {brand}</title>
  <link rel="icon" href="/static/sign.svg">
  <link rel="stylesheet" href="/static/tokens.css">
  <link rel="stylesheet" href="/static/base.css">
  <link rel="stylesheet" href="/static/provider.css">
</head>
<body class="family provider">
  <header class="wrap top"><p class="brand"><img src="/static/sign.svg" alt="" width="36" height="36">{brand}</p>
    {languages if switch else ""}</header>
  <main class="wrap">
    <p class="notice"><strong>{notice}.</strong> <span>{escape(say("notice_more", language))}</span></p>{body}
  </main>
</body>
</html>
""".encode()
