"""scripts/messages.py: gathering the texts to translate and checking the catalogues."""

from __future__ import annotations

import polib
import pytest

from scripts.messages import Text, faults_of_catalogue, texts_of_module, texts_of_template


def catalogue(*entries: polib.POEntry) -> polib.POFile:
    """A catalogue that holds these entries."""
    held = polib.POFile()
    held.extend(entries)
    return held


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from django.utils.translation import gettext as _\n_('Save')", {Text("", "Save", "")}),
        ("from django.utils.translation import gettext_lazy\ngettext_lazy('a' 'b')", {Text("", "ab", "")}),
        (
            "from django.utils.translation import ngettext\nngettext('%(n)s name', '%(n)s names', n) % {'n': n}",
            {Text("", "%(n)s name", "%(n)s names")},
        ),
        ("from django.utils.translation import pgettext as p\np('month', 'May')", {Text("month", "May", "")}),
        ("from django.utils.translation import gettext\ngettext(name)", set()),
        ("def _(text): ...\n_('not ours')", set()),
    ],
)
def test_texts_of_a_module_are_gathered(code: str, expected: set[Text]) -> None:
    """Calls of Django's functions count, by whatever name; what is not written out there does not."""
    assert texts_of_module(code) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<b>{% translate 'Save' %}</b>", {Text("", "Save", "")}),
        ('{% translate "It\'s on" %}', {Text("", "It's on", "")}),
        ("{% translate 'May' context 'month' %}", {Text("month", "May", "")}),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", {Text("", "Hello %(name)s", "")}),
        (
            "{% blocktranslate count n=n %}{{ n }} run{% plural %}{{ n }} runs{% endblocktranslate %}",
            {Text("", "%(n)s run", "%(n)s runs")},
        ),
        ("{{ title|default:_('None yet') }}", {Text("", "None yet", "")}),
        ("<p>Save</p>", set()),
    ],
)
def test_texts_of_a_template_are_gathered(template: str, expected: set[Text]) -> None:
    """The translate tags of a template count, with their context, plural and variables."""
    assert texts_of_template(template) == expected


def test_a_complete_catalogue_has_no_faults() -> None:
    """R100: every text has its translation, with the same placeholders."""
    entries = [
        polib.POEntry(msgid="Save", msgstr="Opslaan"),
        polib.POEntry(
            msgid="%(n)s run",
            msgid_plural="%(n)s runs",
            msgstr_plural={0: "%(n)s synchronisatie", 1: "%(n)s synchronisaties"},
        ),
    ]
    texts = {Text("", "Save", ""): {"a.py"}, Text("", "%(n)s run", "%(n)s runs"): {"a.py"}}
    assert faults_of_catalogue(catalogue(*entries), texts) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Save", msgstr=""), "has no translation"),
        (polib.POEntry(msgid="Save", msgstr="Opslaan", flags=["fuzzy"]), "is marked fuzzy"),
        (polib.POEntry(msgid="Hi %(name)s", msgstr="Hallo %(naam)s"), "has other placeholders"),
        (
            polib.POEntry(msgid="%(n)s a", msgid_plural="%(n)s b", msgstr_plural={0: "%(n)s a", 1: ""}),
            "has no translation",
        ),
    ],
)
def test_a_bad_entry_is_named(entry: polib.POEntry, fault: str) -> None:
    """R100: an entry that is empty, fuzzy or lost a placeholder is a fault that names the text."""
    texts = {Text("", entry.msgid, entry.msgid_plural): {"a.py"}}
    assert [
        f"{entry.msgid!r} {fault}" in found for found in faults_of_catalogue(catalogue(entry), texts)
    ] == [True]


def test_catalogue_and_source_hold_the_same_texts() -> None:
    """R100: a text that the catalogue lacks is a fault, and so is one that the source no longer has."""
    held = catalogue(polib.POEntry(msgid="Old", msgstr="Oud"))
    assert faults_of_catalogue(held, {Text("", "New", ""): {"a.py"}}) == [
        "'New' of a.py is missing",
        "'Old' is no longer in the source",
    ]
