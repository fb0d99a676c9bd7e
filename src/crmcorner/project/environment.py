"""Typed readers of the environment. A wrong value stops the start and names the variable."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str) -> str:
    """Return the variable, or the content of the file that ``<name>_FILE`` names, or the default.

    Raises:
        ImproperlyConfigured: the named file cannot be read.
    """
    file = os.environ.get(f"{name}_FILE", "")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names a file that cannot be read: {error.strerror}"
            ) from error
    return os.environ.get(name, "") or default


def words(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated list."""
    given = text(name, "")
    return [word.strip() for word in given.split(",") if word.strip()] if given else default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or no.

    Raises:
        ImproperlyConfigured: it is neither.
    """
    given = text(name, "").lower()
    if not given:
        return default
    if given in {"1", "true", "yes", "on"}:
        return True
    if given in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {given!r}")


def number(name: str, default: int) -> int:
    """Return a whole number above 0.

    Raises:
        ImproperlyConfigured: it is none.
    """
    given = text(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdecimal() or not 0 < len(given) < 10 or not int(given):
        raise ImproperlyConfigured(f"{name} must be a whole number above 0, not {given!r}")
    return int(given)


def data_folder() -> Path:
    """Return the folder for everything that is written, made if need be, readable by us alone."""
    folder = Path(text("CRMCORNER_DATA", "data")).resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_key(data: Path) -> str:
    """Return the signing key; without one in the environment, one is made once and kept in the data folder."""
    return text("CRMCORNER_SECRET_KEY", "") or _kept(data / "secret-key", secrets.token_urlsafe(64))


def encryption_keys(data: Path) -> list[str]:
    """Return the keys for secrets at rest, newest first.

    Raises:
        ImproperlyConfigured: a key is not a Fernet key.
    """
    keys = words("CRMCORNER_ENCRYPTION_KEYS", []) or [
        _kept(data / "encryption-key", Fernet.generate_key().decode())
    ]
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise ImproperlyConfigured(
                "CRMCORNER_ENCRYPTION_KEYS must be url-safe base64 keys of 32 bytes, separated by commas"
            ) from error
    return keys


def database(data: Path) -> dict[str, Any]:
    """Return Django's database settings; SQLite in the data folder unless ``CRMCORNER_DATABASE_URL`` is set.

    SQLite writers come one after the other (immediate transactions) while readers go on (write-ahead log).

    Raises:
        ImproperlyConfigured: the URL is not one that is understood.
    """
    url = text("CRMCORNER_DATABASE_URL", "") or f"sqlite:///{data / 'crmcorner.sqlite3'}"
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except (ValueError, dj_database_url.ParseError, dj_database_url.UnknownSchemeError) as error:
        raise ImproperlyConfigured(
            "CRMCORNER_DATABASE_URL is not a database URL that is understood"
        ) from error
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    return settings


def _kept(file: Path, fresh: str) -> str:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(fresh)
    return fresh
