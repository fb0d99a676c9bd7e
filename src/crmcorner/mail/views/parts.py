"""What came with a mail, handed out: attachments and the original as files, inline images as pictures (R36, R36a)."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from crmcorner.accounts.models import User
from crmcorner.folders.file_names import safe_name
from crmcorner.folders.served import as_download, as_image
from crmcorner.mail.models import Attachment
from crmcorner.mail.permissions import all_visible_mails
from crmcorner.mail.views.visible import mail_or_404


@login_required
def attachment(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Hand out an attachment to be saved; never shown in the browser itself."""
    part = _visible(request, pk)
    return as_download(part.sha256, part.name)


@login_required
def picture(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Hand out an inline image for the mail's text; only what begins as such an image does."""
    part = _visible(request, pk)
    return as_image(part.sha256, part.content_type)


@login_required
def original(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """R36a: hand out the mail as it came, for mail programs to open."""
    message = mail_or_404(request, pk)
    if not message.source_sha256:
        raise Http404
    return as_download(message.source_sha256, safe_name(f"{message.subject[:100] or message.pk}.eml"))


def _visible(request: HttpRequest, pk: int) -> Attachment:
    mails = all_visible_mails(cast("User", request.user))
    return get_object_or_404(Attachment.objects.exclude(sha256=""), pk=pk, message__in=mails)
