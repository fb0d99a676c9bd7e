"""How the settings follow CRMCORNER_HTTPS: cookies, what the server in front is believed, HSTS."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import django
from django.conf import settings as s
django.setup()
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_PROXY_SSL_HEADER is not None,
      s.ALLAUTH_TRUSTED_PROXY_COUNT == 1, s.SECURE_HSTS_SECONDS > 0, s.DEBUG)
"""


@pytest.mark.parametrize("on", [True, False])
def test_https_is_said_once_and_holds_everywhere(tmp_path: Path, on: bool) -> None:
    """Behind a server that does HTTPS cookies travel by it alone; without one nobody's word is taken for it."""
    surroundings = os.environ | {
        "CRMCORNER_DATA": str(tmp_path),
        "CRMCORNER_HTTPS": str(on),
        "DJANGO_SETTINGS_MODULE": "crmcorner.project.settings",
    }
    told = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", ASK], env=surroundings, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [str(on)] * 5 + ["False"]
