"""Where bytes lie: each content once, under its SHA-256, below the data folder (R36)."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileTooLarge(Exception):
    """More bytes than are kept. ``size`` and ``limit`` are in bytes; size may be only what was read so far."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{size} bytes are more than {limit}")
        self.size, self.limit = size, limit


class FileMissing(Exception):
    """The bytes are not in the store, for example because the data folder was restored without them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes in the store: their SHA-256 in hexadecimal, and how many there are."""

    sha256: str
    size: int


def keep(content: bytes, *, limit: int | None = None) -> Kept:
    """Store bytes; the same bytes are stored once.

    Raises:
        FileTooLarge: more than ``limit`` bytes (None: no limit).
    """
    return keep_chunks([content], limit=limit)


def keep_chunks(chunks: Iterable[bytes], *, limit: int | None = None) -> Kept:
    """As `keep`, from pieces; nothing is left behind where it fails."""
    folder = Path(settings.FILE_STORE)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix="new-")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            for chunk in chunks:
                size += len(chunk)
                _require_room(size, limit)
                digest.update(chunk)
                handle.write(chunk)
            handle.flush()
            os.fsync(handle.fileno())
        target = _path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True, mode=0o700)
        # A whole file appears under its name or none does; who comes second replaces equal bytes by equal bytes.
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Kept(digest.hexdigest(), size)


def open_kept(sha256: str) -> BinaryIO:
    """Open stored bytes for reading; the caller closes.

    Raises:
        FileMissing: there are none under this digest.
    """
    try:
        return _path(sha256).open("rb")
    except FileNotFoundError as error:
        raise FileMissing(sha256) from error


def read_kept(sha256: str) -> bytes:
    """Return stored bytes.

    Raises:
        FileMissing: there are none under this digest.
    """
    with open_kept(sha256) as handle:
        return handle.read()


def _require_room(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise FileTooLarge(size, limit)


def _path(sha256: str) -> Path:
    if not _DIGEST.fullmatch(sha256):
        raise FileMissing(sha256)
    return Path(settings.FILE_STORE) / sha256[:2] / sha256
