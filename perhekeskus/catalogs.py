"""Catalogues of the interface's texts, on Babel: no gettext programs need to be installed.

Finnish is the source language: a message's id is the Finnish text as it stands in the code, so Finnish has no
catalogue. `locale/<language>/LC_MESSAGES/django.po` hold Swedish and English; compiled `.mo` are made where needed.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

TEMPLATE_SUFFIXES = {".html", ".txt"}
SOURCE_LANGUAGE = "fi"
SKIPPED_FOLDERS = {"migrations", "tests", "__pycache__", "node_modules"}

# Only the names count here; the arguments are sorted out in `_read_call`.
_CALLS = "_ gettext gettext_lazy gettext_noop ngettext ngettext_lazy pgettext pgettext_lazy npgettext npgettext_lazy"
KEYWORDS: dict[str, None] = dict.fromkeys(_CALLS.split())
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]|%[sd%]|\{(\w*)\}")


@dataclass(frozen=True)
class Fault:
    language: str
    text: str
    reason: str

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 70 else f"{self.text[:67]}…"
        return f"{self.language}: {self.reason}: {shown!r}"


class Catalogs:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "locale"

    @property
    def languages(self) -> list[str]:
        return sorted(path.parent.parent.name for path in self.folder.glob("*/LC_MESSAGES/django.po"))

    def po(self, language: str) -> Path:
        return self.folder / language / "LC_MESSAGES" / "django.po"

    def mo(self, language: str) -> Path:
        return self.po(language).with_suffix(".mo")

    # -- reading the code ---------------------------------------------------------------------------

    def sources(self) -> Iterator[Path]:
        apps = sorted(path.parent for path in self.root.glob("*/apps.py"))
        for place in dict.fromkeys((*apps, self.root / "perhekeskus", self.root / "templates")):
            for path in sorted(place.rglob("*")):
                wanted = path.suffix == ".py" or path.suffix in TEMPLATE_SUFFIXES
                if wanted and path.is_file() and SKIPPED_FOLDERS.isdisjoint(path.relative_to(self.root).parts):
                    yield path

    def extract(self) -> Catalog:
        catalog = Catalog(charset="utf-8")
        for path in self.sources():
            name = str(path.relative_to(self.root))
            for function, messages in _calls_of(path, name):
                for context, msgid in _read_call(function, messages):
                    # The file only: line numbers would change a catalogue with every unrelated edit.
                    catalog.add(msgid, locations=[(name, 0)], context=context, flags=_flags(msgid))
        return catalog

    # -- catalogues ---------------------------------------------------------------------------------

    def read(self, language: str) -> Catalog:
        with self.po(language).open("rb") as file:
            return read_po(file, locale=language, charset="utf-8")

    def update(self, language: str) -> None:
        """Bring new texts in and take those out that are gone (git has them); never guess at a translation."""
        template = self.extract()
        if self.po(language).exists():
            catalog = self.read(language)
            catalog.update(template, no_fuzzy_matching=True)
        else:
            catalog = Catalog(locale=language, charset="utf-8")
            catalog.update(template)
        catalog.fuzzy = False
        catalog.project, catalog.version, catalog.copyright_holder = "Perhekeskus", "1", "Perhekeskus"
        catalog.header_comment = f"# Perhekeskus, {language}. Source texts are Finnish."
        self.po(language).parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_po(buffer, catalog, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
        # The dates would differ in every run and say nothing that git does not.
        lines = [line for line in buffer.getvalue().decode().splitlines() if not re.match(r'"(POT|PO)-.*-Date: ', line)]
        self.po(language).write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")

    def compile(self, *languages: str) -> None:
        for language in languages:
            buffer = BytesIO()
            write_mo(buffer, self.read(language))
            # In one step: a web process may be reading the old file.
            fresh = self.mo(language).with_suffix(".mo.new")
            fresh.write_bytes(buffer.getvalue())
            fresh.replace(self.mo(language))

    def is_stale(self, language: str) -> bool:
        mo = self.mo(language)
        return not mo.exists() or mo.stat().st_mtime < self.po(language).stat().st_mtime

    def faults(self, language: str) -> list[Fault]:
        """What keeps `language` from being complete: missing, fuzzy, left over, or with other placeholders."""
        catalog = self.read(language)
        template = self.extract()
        found = [
            Fault(language, _first(message.id), reason)
            for message in _texts(template)
            for reason in _reasons(message, catalog.get(message.id, message.context), catalog.num_plurals)
        ]
        known = {(_first(message.id), message.context) for message in _texts(template)}
        left_over = [message for message in _texts(catalog) if (_first(message.id), message.context) not in known]
        left_over += catalog.obsolete.values()
        found += [Fault(language, _first(message.id), "no longer in the code") for message in left_over]
        return found


def _calls_of(path: Path, name: str) -> Iterator[tuple[str, object]]:
    """The calls of a gettext function with their arguments, as they stand in a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        # The syntax tree and not the tokens, which before Python 3.12 hide what stands inside an f-string.
        calls = [node for node in ast.walk(ast.parse(text, filename=name)) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if called in KEYWORDS:
                yield (
                    called,
                    tuple(argument.value if isinstance(argument, ast.Constant) else None for argument in call.args),
                )
    else:
        # Django turns a template into lines of calls; their indentation is the markup's and would trip the tokenizer.
        code = "\n".join(line.lstrip() for line in templatize(text, origin=name).splitlines())
        for _line, function, messages, _comments in extract_python(
            BytesIO(code.encode()), KEYWORDS, [], {"encoding": "utf-8"}
        ):
            yield str(function), messages


def _read_call(name: str, messages: object) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    """(context, text or (singular, plural)) of one call; nothing for calls whose text is not a literal."""
    parts: tuple[object, ...] = messages if isinstance(messages, tuple) else (messages,)
    context = None
    if "pgettext" in name:
        context, *rest = parts
        parts = tuple(rest)
        if not isinstance(context, str):
            return
    wanted = 2 if name.startswith(("ngettext", "npgettext")) else 1
    texts = parts[:wanted]
    if len(texts) == wanted and all(isinstance(text, str) and text for text in texts):
        strings = [str(text) for text in texts]
        yield (str(context) if context is not None else None), (strings[0] if wanted == 1 else (strings[0], strings[1]))


def _flags(msgid: str | tuple[str, str]) -> list[str]:
    texts = (msgid,) if isinstance(msgid, str) else msgid
    return ["python-format"] if any(re.search(r"%\(\w+\)[a-zA-Z]|%[sd]", text) for text in texts) else []


def _texts(catalog: Iterable[Message]) -> list[Message]:
    return [message for message in catalog if message.id]


def _first(msgid: object) -> str:
    return str(msgid[0]) if isinstance(msgid, (list, tuple)) else str(msgid)


def _reasons(source: Message, translated: Message | None, plurals: int) -> Iterator[str]:
    if translated is None:
        yield "missing"
        return
    strings = list(translated.string) if isinstance(translated.string, (list, tuple)) else [translated.string]
    wanted = plurals if source.pluralizable else 1
    if len([text for text in strings if text]) < wanted:
        yield "not translated"
    elif translated.fuzzy:
        yield "marked as fuzzy"
    else:
        sources = source.id if isinstance(source.id, (list, tuple)) else (source.id,)
        allowed = {name for text in sources for name in _placeholders(text)}
        for text in strings:
            used = _placeholders(text)
            if not used <= allowed or (not source.pluralizable and used != allowed):
                yield f"placeholders differ ({', '.join(sorted(used ^ allowed))})"


def _placeholders(text: str | None) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text or "")} - {"%%"}
