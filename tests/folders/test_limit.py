"""The size limit as administrators set it (R36)."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from crmcorner.project import environment


def test_forty_megabytes_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """R36: a number of megabytes; anything else stops the start and names the variable."""
    assert settings.FILE_LIMIT == 40 * 1024 * 1024
    assert environment.number("CRMCORNER_FILE_LIMIT_MB", 40) == 40
    monkeypatch.setenv("CRMCORNER_FILE_LIMIT_MB", "7")
    assert environment.number("CRMCORNER_FILE_LIMIT_MB", 40) == 7
    for wrong in ("0", "-1", "veel", "1.5", "²", "9" * 30):
        monkeypatch.setenv("CRMCORNER_FILE_LIMIT_MB", wrong)
        with pytest.raises(ImproperlyConfigured, match="CRMCORNER_FILE_LIMIT_MB"):
            environment.number("CRMCORNER_FILE_LIMIT_MB", 40)
