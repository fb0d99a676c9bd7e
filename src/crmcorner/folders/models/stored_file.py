"""One file of a customer folder."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmcorner.folders.models.customer_folder import CustomerFolder


class StoredFile(models.Model):
    """A file as users see it in a customer folder; its bytes lie in the file store under ``sha256`` (hexadecimal).

    ``name`` is safe on every system; ``name_key`` is what names are compared by, as Windows would. ``size`` is in
    bytes. ``follows_mail``: it came with a mail and goes when that one is filed elsewhere (R36a). ``private``: only its `FileViewer` rows' users see it (R38). ``deleted_at`` is set while it lies in the bin.
    """

    folder = models.ForeignKey(CustomerFolder, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=255)
    name_key = models.CharField(max_length=255, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    content_type = models.CharField(max_length=127, blank=True, editable=False)
    private = models.BooleanField(default=False, editable=False)
    follows_mail = models.BooleanField(default=False, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("put there by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "name_key"], condition=Q(deleted_at__isnull=True), name="folders_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FileViewer(models.Model):
    """One of the users who see a private file."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="viewers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "user"], name="folders_viewer_once")]

    def __str__(self) -> str:
        return f"{self.file}: {self.user}"
