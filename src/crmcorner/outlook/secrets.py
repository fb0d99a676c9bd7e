"""Secrets at rest: encrypted with the keys of ``CRMCORNER_ENCRYPTION_KEYS``, the newest first (R91)."""

from collections.abc import Mapping

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SecretLost(Exception):
    """No key of ours opens it: the keys were changed without keeping the old one, or the text is damaged."""


def seal(values: Mapping[str, str]) -> str:
    """Return the values as encrypted text."""
    return _keys().encrypt(msgspec.json.encode(dict(values))).decode()


def unseal(text: str) -> dict[str, str]:
    """Return what `seal` was given; an empty text holds nothing.

    Raises:
        SecretLost: no key opens it.
    """
    if not text:
        return {}
    try:
        return msgspec.json.decode(_keys().decrypt(text.encode()), type=dict[str, str])
    except (InvalidToken, msgspec.DecodeError) as error:
        raise SecretLost from error


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
