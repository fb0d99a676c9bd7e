"""Customer folders and what lies in them."""

from crmcorner.folders.models.customer_folder import CustomerFolder
from crmcorner.folders.models.stored_file import FileViewer, StoredFile

__all__ = ["CustomerFolder", "FileViewer", "StoredFile"]
