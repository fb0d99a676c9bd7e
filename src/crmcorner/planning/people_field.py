"""A form's field that names persons and organisations, one on each line."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models import User
from crmcorner.people.crm_ids import CrmId, organisation_id, person_id
from crmcorner.people.models import Organisation, Person
from crmcorner.people.permissions import visible_organisations, visible_persons
from crmcorner.people.search import find_organisations, find_persons
from crmcorner.planning.linking import holders_of_names

MOST = 50
"""How many may be named."""

SUGGESTIONS = 12


def label_of(record: Person | Organisation) -> str:
    """Return how a person or organisation is written in the field: a person with his firm, to tell namesakes apart."""
    if isinstance(record, Person) and record.organisation:
        return f"{record} · {record.organisation}"
    return str(record)


def suggestions(user: User, text: str) -> list[str]:
    """Return whom a text may mean, as the field writes them."""
    if len(text.strip()) < 2:
        return []
    found: list[Person | Organisation] = [*find_persons(user, text).order_by("sort_key", "pk")[:SUGGESTIONS]]
    found += find_organisations(user, text).order_by("name_key", "pk")[:SUGGESTIONS]
    return [label_of(each) for each in found[:SUGGESTIONS]]


class PeopleField(forms.CharField):
    """Names, one on each line; what is typed must mean one person or organisation that the user sees."""

    def __init__(self, *, user: User, **kwargs: Any) -> None:
        attributes = {
            "rows": 3,
            "class": "form-control",
            "autocomplete": "off",
            "hx-get": reverse("planning:people-options"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#people-options",
        }
        super().__init__(widget=forms.Textarea(attrs=attributes), **kwargs)
        self.user = user

    def prepare_value(self, value: Any) -> Any:
        """Show the names of those that the form starts with."""
        return (
            value if isinstance(value, str) or value is None else "\n".join(label_of(each) for each in value)
        )

    def clean(self, value: Any) -> Collection[CrmId]:
        """Return whom the lines name.

        Raises:
            ValidationError: a line means nobody, or several.
        """
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST:
            raise ValidationError(_("Name at most %(n)s."), params={"n": MOST})
        found: dict[CrmId, None] = {}
        wrong = []
        for line in dict.fromkeys(lines):
            meant = self._meant(line)
            if len(meant) == 1:
                found[meant[0]] = None
            else:
                wrong.append(line)
        if wrong:
            sentence = _("This names nobody, or several; choose one of those suggested: %(names)s")
            raise ValidationError(sentence, params={"names": ", ".join(wrong)})
        return list(found)

    def _meant(self, line: str) -> list[CrmId]:
        name, _dot, firm = line.partition(" · ")
        by_name = holders_of_names(self.user, [line]).get(line)
        if by_name and not firm:
            return [by_name]
        persons = visible_persons(self.user).select_related("organisation")
        named = find_persons(self.user, name) if name else persons.none()
        found = [person_id(each.pk) for each in named if label_of(each) == line]
        if firm:
            return found
        organisations = visible_organisations(self.user).filter(name__iexact=line)
        return found + [organisation_id(pk) for pk in organisations.values_list("pk", flat=True)]
