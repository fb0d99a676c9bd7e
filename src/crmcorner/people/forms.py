"""The forms of persons, organisations and groups. What is valid is decided by the services; these only parse."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models import User
from crmcorner.items.company_name import company_key
from crmcorner.items.phone import format_phone
from crmcorner.people.countries import country_choices
from crmcorner.people.models import ContactGroup, MainGroup, Organisation, Person
from crmcorner.people.models.contact_details import AddressKind, PhoneKind


class StyledForm(forms.Form):
    """A form whose fields look like the rest of the pages; ``version`` is the state that the user saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style(field)


def style(field: forms.Field) -> None:
    """Give a field's widget the class of the layout."""
    if isinstance(field.widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(field.widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    field.widget.attrs.setdefault("class", css)


def users_who_may_own() -> QuerySet[User]:
    """Return the users whom a record can be given to."""
    return User.objects.filter(is_active=True)


class OrganisationByName(forms.CharField):
    """An organisation named by typing; what is typed must be the name of one that the user sees (R44's comparison)."""

    def __init__(self, *, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(max_length=255, **kwargs)
        self.organisations = organisations

    def prepare_value(self, value: Any) -> Any:
        """Show the name of the organisation that the form starts with."""
        if isinstance(value, int):
            return self.organisations.filter(pk=value).values_list("name", flat=True).first() or ""
        return value

    def clean(self, value: Any) -> Organisation | None:
        """Return the organisation of that name, or None for an empty one."""
        name = super().clean(value)
        if not name:
            return None
        found = list(self.organisations.filter(name__iexact=name)[:2])
        found = found or list(self.organisations.filter(name_key=company_key(name))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("There are several organisations of this name; give them different names first.")
            )
        raise ValidationError(
            _("There is no organisation of this name: choose one of those shown, or make it first.")
        )


class PersonForm(StyledForm):
    """A person's own fields; e-mail addresses, phones and postal addresses have forms of their own."""

    title = forms.CharField(label=_("Title"), max_length=255, required=False)
    initials = forms.CharField(label=_("Initials"), max_length=255, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=255, required=False)
    middle_name = forms.CharField(label=_("Middle name"), max_length=255, required=False)
    name_prefix = forms.CharField(
        label=_("Prefix"), max_length=255, required=False, help_text=_("for example “van der”")
    )
    surname = forms.CharField(label=_("Surname"), max_length=255, required=False)
    suffix = forms.CharField(label=_("Suffix"), max_length=255, required=False)
    nickname = forms.CharField(label=_("Nickname"), max_length=255, required=False)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("none: a private person"),
    )
    department = forms.CharField(label=_("Department"), max_length=255, required=False)
    job_title = forms.CharField(label=_("Job title"), max_length=255, required=False)
    profession = forms.CharField(label=_("Profession"), max_length=255, required=False)
    website = forms.CharField(label=_("Website"), max_length=255, required=False)
    birthday = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody")
    )
    memo = forms.CharField(label=_("Memo"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self, *args: Any, organisations: QuerySet[Organisation], autocomplete: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if autocomplete:
            self.fields["organisation"] = _typed_organisation(organisations)
        else:
            model_field(self, "organisation").queryset = organisations.order_by("name_key", "pk")
        model_field(self, "owner").queryset = users_who_may_own()


def _typed_organisation(organisations: QuerySet[Organisation]) -> OrganisationByName:
    """R6: the pick field of organisations that suggests while one types (`CRM_Autocomplete`)."""
    attributes = {
        "class": "form-control",
        "list": "organisation-options",
        "autocomplete": "off",
        "hx-get": reverse("people:organisation-options"),
        "hx-trigger": "input changed delay:200ms, focus once",
        "hx-target": "#organisation-options",
    }
    return OrganisationByName(
        organisations=organisations,
        label=_("Organisation"),
        required=False,
        widget=forms.TextInput(attrs=attributes),
        help_text=_("Begin to type; leave it empty for a private person."),
    )


class OrganisationForm(StyledForm):
    """An organisation's own fields."""

    name = forms.CharField(label=_("Name"), max_length=255)
    website = forms.CharField(label=_("Website"), max_length=255, required=False)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody")
    )
    memo = forms.CharField(label=_("Memo"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "owner").queryset = users_who_may_own()


class GroupForm(StyledForm):
    """A contact group: name, main group, owner, public, memo (R71)."""

    name = forms.CharField(label=_("Name"), max_length=255)
    main_group = forms.ModelChoiceField(
        label=_("Main group"),
        queryset=MainGroup.objects.none(),
        required=False,
        empty_label=_("none"),
        help_text=_("The members of a group of main group Outlook go to the Outlook of its owner."),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    public = forms.BooleanField(
        label=_("Public"),
        required=False,
        help_text=_("A group that is not public is seen by its owner only."),
    )
    memo = forms.CharField(label=_("Memo"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "main_group").queryset = MainGroup.objects.all()
        model_field(self, "owner").queryset = users_who_may_own()


class MainGroupForm(StyledForm):
    """An entry of the list of main groups."""

    name = forms.CharField(label=_("Name"), max_length=150)
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=10_000, initial=0)


class EmailRow(forms.Form):
    """One e-mail address."""

    address = forms.CharField(label=_("E-mail address"), max_length=254, required=False)


class PhoneRow(forms.Form):
    """One phone number, typed in any notation."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PhoneKind.choices, initial=PhoneKind.WORK)
    number = forms.CharField(label=_("Number"), max_length=64, required=False)


class AddressRow(forms.Form):
    """One postal address of one kind; empty when all of its text fields are."""

    extra = forms.CharField(label=_("Building, department"), max_length=255, required=False)
    street = forms.CharField(label=_("Street"), max_length=255, required=False)
    house_number = forms.CharField(label=_("House number"), max_length=20, required=False)
    addition = forms.CharField(label=_("Addition"), max_length=40, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=255, required=False)
    region = forms.CharField(label=_("Region"), max_length=255, required=False)
    country = forms.ChoiceField(label=_("Country"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 - tells the type checker
        country.choices = country_choices(get_language() or "nl")
        for field in self.fields.values():
            style(field)

    @property
    def is_blank(self) -> bool:
        """Whether nothing but the country is filled in."""
        return not any(self.cleaned_data.get(name) for name in self.fields if name != "country")


EmailRows = forms.formset_factory(EmailRow, extra=1, max_num=50, validate_max=True)
PhoneRows = forms.formset_factory(PhoneRow, extra=1, max_num=50, validate_max=True)


def model_field(form: forms.Form, name: str) -> "forms.ModelChoiceField[Any]":
    """Return a choice field of a form, with its type."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
    return field


class DetailForms:
    """The rows of e-mail addresses and phones and the postal addresses of one record, together.

    ``kinds`` are the addresses that such a record has: an organisation has no home address. ``emails`` are offered where
    it has none yet.
    """

    def __init__(
        self,
        holder: Person | Organisation | None,
        *,
        kinds: tuple[AddressKind, ...],
        country: str,
        data: Mapping[str, Any] | None = None,
        emails: Sequence[str] = (),
    ) -> None:
        self.kinds = kinds
        known = _emails_of(holder) or [{"address": each} for each in emails]
        self.emails = EmailRows(data, prefix="emails", initial=known)
        self.phones = PhoneRows(data, prefix="phones", initial=_phones_of(holder, country))
        saved = {row.kind: row for row in holder.postaladdress_rows.all()} if holder else {}
        self.addresses = {
            kind: AddressRow(
                data, prefix=f"address_{kind}", initial=_address_initial(saved.get(kind), country)
            )
            for kind in kinds
        }
        for rows in (self.emails, self.phones):
            for form in [*rows.forms, rows.empty_form]:
                for field in form.fields.values():
                    style(field)

    def is_valid(self) -> bool:
        """Whether everything could be parsed."""
        parts = [
            self.emails.is_valid(),
            self.phones.is_valid(),
            *(a.is_valid() for a in self.addresses.values()),
        ]
        return all(parts)

    def email_values(self) -> list[str]:
        """Return the addresses that were filled in, in order."""
        return [row["address"].strip() for row in self.emails.cleaned_data if row.get("address", "").strip()]

    def phone_values(self) -> list[tuple[str, str]]:
        """Return kind and text of the numbers that were filled in, in order."""
        return [
            (row["kind"], row["number"].strip())
            for row in self.phones.cleaned_data
            if row.get("number", "").strip()
        ]

    def address_values(self) -> dict[str, dict[str, str]]:
        """Return the addresses that were filled in, by kind."""
        return {
            kind.value: {name: form.cleaned_data[name] for name in form.fields}
            for kind, form in self.addresses.items()
            if not form.is_blank
        }

    def add_errors(self, error: ValidationError) -> list[str]:
        """Show a service's errors at their fields; return those that belong to none of them.

        Keys are ``emails``, ``phones``, ``address_<kind>`` or ``address_<kind>.<field>``.
        """
        rest: list[str] = []
        for key, messages in error.message_dict.items():
            name, _dot, field = key.partition(".")
            form = next((f for kind, f in self.addresses.items() if name == f"address_{kind.value}"), None)
            if form is not None:
                form.add_error(field if field in form.fields else None, messages)
            else:
                rest += messages
        return rest


def _emails_of(holder: Person | Organisation | None) -> list[dict[str, str]]:
    return [{"address": row.address} for row in holder.emailaddress_rows.all()] if holder else []


def _phones_of(holder: Person | Organisation | None, country: str) -> list[dict[str, str]]:
    if holder is None:
        return []
    return [
        {"kind": row.kind, "number": format_phone(row.number, country=country)}
        for row in holder.phone_rows.all()
    ]


def _address_initial(row: Any, country: str) -> dict[str, str]:
    if row is None:
        return {"country": country}
    names = ("extra", "street", "house_number", "addition", "postal_code", "city", "region", "country")
    return {name: getattr(row, name) for name in names}


def group_initial(group: ContactGroup) -> dict[str, Any]:
    """Return what the form of this group starts with."""
    return {
        "name": group.name,
        "main_group": group.main_group_id,
        "owner": group.owner_id,
        "public": group.public,
        "memo": group.memo,
        "version": group.version,
    }
