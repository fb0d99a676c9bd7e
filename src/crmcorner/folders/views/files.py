"""One file: saved from the browser, put there, renamed, deleted, restored (R36, R71)."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmcorner.accounts.actor import Actor
from crmcorner.accounts.models import User
from crmcorner.folders import file_store
from crmcorner.folders.customers import customer_or_404
from crmcorner.folders.models import StoredFile
from crmcorner.folders.permissions import visible_files
from crmcorner.folders.root import root_name
from crmcorner.folders.served import as_download
from crmcorner.folders.services import files
from crmcorner.people.crm_ids import CrmId, crm_id_of


@login_required
def download(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Hand out a file to be saved; never shown in the browser itself."""
    file = _visible(request, pk)
    return as_download(file.sha256, file.name)


@login_required
@require_POST
def file_add(request: HttpRequest, crm_id: CrmId) -> HttpResponse:
    """R71: put files into a customer's folder."""
    user = cast("User", request.user)
    customer = customer_or_404(user, crm_id)
    if not root_name(user):
        raise Http404
    new = []
    for upload in request.FILES.getlist("file"):
        try:
            kept = file_store.keep_chunks(upload.chunks(), limit=settings.FILE_LIMIT)
        except file_store.FileTooLarge as error:
            messages.error(
                request,
                _("“%(name)s” is larger than %(limit)s and was not kept.")
                % {"name": upload.name, "limit": filesizeformat(error.limit)},
            )
            continue
        new.append(
            files.NewFile(
                name=upload.name or "",
                content_type=upload.content_type or "",
                sha256=kept.sha256,
                size=kept.size,
            )
        )
    if new:
        files.keep_files(actor=Actor(user=user), folder=files.folder_of(crm_id_of(customer)), files=new)
        messages.success(request, _("Saved."))
    elif not request.FILES:
        messages.warning(request, _("Choose a file first."))
    return redirect("folders:customer", crm_id=crm_id)


@login_required
@require_POST
def file_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: give a file another name."""
    file = _visible(request, pk)
    try:
        name = request.POST.get("name", "").replace("\x00", "")
        files.rename_file(actor=_actor(request), file=file, name=name)
        messages.success(request, _("Saved."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(file)


@login_required
@require_POST
def file_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: put a file in the bin."""
    file = _visible(request, pk)
    files.delete_file(actor=_actor(request), file=file)
    messages.success(request, _("%(name)s was deleted. Under “Deleted” you can restore it.") % {"name": file})
    return _back(file)


@login_required
@require_POST
def file_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """R71: take a file out of the bin."""
    file = _visible(request, pk)
    files.restore_file(actor=_actor(request), file=file)
    messages.success(request, _("%(name)s is back.") % {"name": file})
    return _back(file)


def _visible(request: HttpRequest, pk: int) -> StoredFile:
    """Return a file, or 404 where he may not know that it exists (R38)."""
    user = cast("User", request.user)
    if not root_name(user):
        raise Http404
    found = visible_files(user) | visible_files(user, deleted=True)
    return get_object_or_404(found.select_related("folder__organisation", "folder__person"), pk=pk)


def _back(file: StoredFile) -> HttpResponse:
    return redirect("folders:customer", crm_id=crm_id_of(file.folder.customer))


def _actor(request: HttpRequest) -> Actor:
    return Actor(user=cast("User", request.user))
