"""The form of a setting. The value is judged by its type (R7)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crmcorner.accounts.models import User, UserGroup
from crmcorner.preferences.types import TYPES


def type_choices() -> list[tuple[str, str]]:
    """Return the registered types for a pick field."""
    return [(kind.name, f"{kind.label} ({kind.name})") for kind in TYPES.values()]


class SettingForm(forms.Form):
    """A new row: type, scope and value."""

    type = forms.ChoiceField(label=_("Type"), choices=type_choices)
    user_group = forms.ModelChoiceField(
        label=_("User group"), queryset=UserGroup.objects.all(), required=False, empty_label=_("none")
    )
    user = forms.ModelChoiceField(
        label=_("User"),
        queryset=User.objects.all(),
        required=False,
        empty_label=_("none"),
        help_text=_("Neither a group nor a user: the value holds for the whole organisation."),
    )
    value = forms.CharField(label=_("Value"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", css)


class ValueForm(forms.Form):
    """A row's value."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    value = forms.CharField(label=_("Value"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs["class"] = "form-control"
