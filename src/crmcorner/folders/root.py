"""Whether customer folders are used, and below which name (setting ``CRM_Webfoldername``, R2)."""

from crmcorner.accounts.models import User
from crmcorner.folders.file_names import safe_name
from crmcorner.folders.models import CustomerFolder
from crmcorner.preferences.models import Setting
from crmcorner.preferences.services.settings import value_of

_SETTING = "CRM_Webfoldername"


def root_name(user: User | None) -> str:
    """Return the root of the customer folders for a user; "" where he has none and attachments stay with the mail.

    None asks for what holds for the whole organisation.
    """
    if user is not None:
        return value_of(user, _SETTING)
    row = Setting.objects.filter(type=_SETTING, user__isnull=True, user_group__isnull=True).first()
    return row.value if row else ""


def shown_path(root: str, folder: CustomerFolder) -> str:
    """Return the folder as users see it: root and customer's name."""
    return f"{root}/{safe_name(str(folder.customer))}"
