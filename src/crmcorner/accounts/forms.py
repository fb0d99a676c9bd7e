"""The forms of users, user groups, employees and departments. What is valid is decided by the services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models import Department, User
from crmcorner.accounts.models.user import Role

LONGEST_KEY = 18
"""Digits that every database's keys have room for."""


class PlainForm(forms.Form):
    """A form whose fields look like the rest of the pages; ``version`` is the state that the user saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            kind = "form-control"
            if isinstance(widget, forms.CheckboxInput):
                kind = "form-check-input"
            elif isinstance(widget, forms.Select):
                kind = "form-select"
            widget.attrs.setdefault("class", kind)


class UserForm(PlainForm):
    """A user as an administrator makes and changes him; an empty password is left as it is."""

    full_name = forms.CharField(label=_("Name"), max_length=255)
    username = forms.CharField(label=_("Sign-in name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.USER)
    is_active = forms.BooleanField(label=_("May sign in"), required=False, initial=True)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters. Leave it empty to keep the present one."),
    )


class UsersField(forms.ModelMultipleChoiceField[User]):
    """Several users; ids that no database has room for are refused like others that do not exist."""

    def clean(self, value: Any) -> Any:
        """Return the chosen users."""
        for each in value or ():
            if len(str(each)) > LONGEST_KEY:
                raise ValidationError(self.error_messages["invalid_pk_value"], params={"pk": "…"})
        return super().clean(value)


class UserGroupForm(PlainForm):
    """A user group; the order decides between groups (R3)."""

    name = forms.CharField(label=_("Name"), max_length=150)
    position = forms.IntegerField(
        label=_("Order"),
        min_value=0,
        max_value=10_000,
        initial=0,
        help_text=_("Where two groups of one user disagree about a setting, the lower number wins."),
    )
    members = UsersField(
        label=_("Members"),
        queryset=User.objects.all(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )


class DepartmentForm(PlainForm):
    """An own department."""

    name = forms.CharField(label=_("Name"), max_length=150)


class EmployeeForm(PlainForm):
    """An employee with all his e-mail addresses (R33)."""

    name = forms.CharField(label=_("Name"), max_length=255)
    job_title = forms.CharField(label=_("Job title"), max_length=255, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=64, required=False)
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, empty_label=_("none")
    )
    user = forms.ModelChoiceField(
        label=_("User"), queryset=User.objects.all(), required=False, empty_label=_("does not sign in")
    )
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line; the first is the main one. All count when mail is filed."),
    )
