"""The translations: gathers the texts of the source, checks the catalogues, compiles them.

Usage: messages.py update|check|compile

    update    writes new texts into every catalogue, empty, and takes out those that are gone from the source
    check     fails if a text lacks its translation, is fuzzy, is gone, or lost a placeholder
    compile   writes the .mo file beside each .po file that is newer

The source text is English; a catalogue is a file such as locale/nl/LC_MESSAGES/django.po. No gettext tools are needed.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "crmcorner"
LANGUAGES = ("nl",)  # besides English, which is the source
# Which argument of each function of django.utils.translation is what: context, text, plural.
CALLS = {
    "gettext": "t",
    "gettext_lazy": "t",
    "gettext_noop": "t",
    "ngettext": "tp",
    "ngettext_lazy": "tp",
    "pgettext": "ct",
    "pgettext_lazy": "ct",
    "npgettext": "ctp",
    "npgettext_lazy": "ctp",
}
LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*{LITERAL}(?:\s*,\s*{LITERAL})?(?:\s*,\s*{LITERAL})?")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


class Text(NamedTuple):
    """One text to translate: its context ("" for none), the English text, and its English plural ("" for none)."""

    context: str
    text: str
    plural: str


Texts = dict[Text, set[str]]  # where each text stands: paths from the root


def text_of(function: str, arguments: list[str]) -> Text | None:
    """The text that a call translates; None if a part of it is not written out there."""
    roles = CALLS[function]
    if len(arguments) < len(roles):
        return None
    by_role = dict(zip(roles, arguments, strict=False))
    return Text(by_role.get("c", ""), by_role["t"], by_role.get("p", ""))


def texts_of_module(code: str) -> set[Text]:
    """The texts that a Python module hands to django.utils.translation, under whatever name it imported it."""
    tree = ast.parse(code)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    found = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
            continue
        literals = []
        for argument in node.args:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                break
            literals.append(argument.value)
        text = text_of(names[node.func.id], literals)
        if text:
            found.add(text)
    return found


def texts_of_template(template: str) -> set[Text]:
    """The texts of a Django template's translate and blocktranslate tags."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - compiling needs no Django

    found = set()
    for match in TEMPLATE_CALL.finditer(templatize(template)):
        function = "gettext" if match[1] == "_" else match[1]
        text = text_of(function, [ast.literal_eval(literal) for literal in match.groups()[1:] if literal])
        if text:
            found.add(text)
    return found


def texts_of_source() -> Texts:
    """Every text of the product, with the files where it stands."""
    found: Texts = {}
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix == ".py":
            texts = texts_of_module(path.read_text(encoding="utf-8"))
        elif "templates" in path.parts and path.suffix in {".html", ".txt"}:
            texts = texts_of_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for text in texts:
            found.setdefault(text, set()).add(path.relative_to(ROOT).as_posix())
    return found


def catalogues() -> list[Path]:
    """The .po files that there must be."""
    return [SOURCE / "locale" / language / "LC_MESSAGES" / "django.po" for language in LANGUAGES]


def opened(path: Path) -> polib.POFile:
    """The catalogue at a path; an empty one where there is none yet."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": path.parent.parent.name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def key(entry: polib.POEntry) -> Text:
    """What an entry of a catalogue translates."""
    return Text(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def translations(entry: polib.POEntry) -> list[str]:
    """What the translator wrote: one text, or one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def entry_for(text: Text) -> polib.POEntry:
    """A new entry that nobody has translated yet."""
    if text.plural:
        return polib.POEntry(
            msgctxt=text.context or None,
            msgid=text.text,
            msgid_plural=text.plural,
            msgstr_plural={0: "", 1: ""},
        )
    return polib.POEntry(msgctxt=text.context or None, msgid=text.text)


def update() -> int:
    """Brings every catalogue in step with the source; translations that still apply stay."""
    texts = texts_of_source()
    for path in catalogues():
        catalogue = opened(path)
        kept = {key(entry): entry for entry in catalogue if not entry.obsolete}
        catalogue.clear()
        for text in sorted(texts, key=lambda text: (min(texts[text]), text)):
            entry = kept.get(text) or entry_for(text)
            entry.occurrences = [(place, "") for place in sorted(texts[text])]
            catalogue.append(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        empty = len(catalogue.untranslated_entries())
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {empty} to translate")  # noqa: T201
    return 0


def faults_of_entry(entry: polib.POEntry) -> list[str]:
    """What is wrong with one entry, in words; a text without placeholders may hold any sign."""
    faults = ["is marked fuzzy"] if entry.fuzzy else []
    if not all(translations(entry)):
        return [*faults, "has no translation"]
    allowed = {frozenset(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text}
    if any(frozenset(PLACEHOLDER.findall(text)) not in allowed for text in translations(entry)):
        faults.append("has other placeholders than its translation")
    return faults


def faults_of_catalogue(catalogue: polib.POFile, texts: Texts) -> list[str]:
    """What is wrong with a catalogue, one line for each fault."""
    entries = {key(entry): entry for entry in catalogue if not entry.obsolete}
    faults = [
        f"{text.text!r} of {min(texts[text])} is missing" for text in sorted(texts.keys() - entries.keys())
    ]
    faults += [f"{text.text!r} is no longer in the source" for text in sorted(entries.keys() - texts.keys())]
    faults += [
        f"{text.text!r} {fault}" for text, entry in entries.items() for fault in faults_of_entry(entry)
    ]
    return faults


def check() -> int:
    """Prints every fault of every catalogue; 1 if there is any."""
    texts = texts_of_source()
    faults = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in catalogues()
        for fault in faults_of_catalogue(opened(path), texts)
    ]
    for fault in faults:
        print(fault)  # noqa: T201
    if faults:
        print(f"{len(faults)} faults. `make messages` gathers the texts; translate the empty ones.")  # noqa: T201
    return 1 if faults else 0


def compile_all() -> int:
    """Writes the .mo files that are missing or older than their .po file."""
    for path in catalogues():
        compiled = path.with_suffix(".mo")
        if path.exists() and (not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime):
            polib.pofile(str(path)).save_as_mofile(str(compiled))
    return 0


COMMANDS = {"update": update, "check": check, "compile": compile_all}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit("usage: messages.py update|check|compile")
    sys.exit(COMMANDS[sys.argv[1]]())
