"""How many histories a test run plays: few by default; `make soak` plays a hundred thousand."""

import os

FIRST = int(os.environ.get("CRMCORNER_FIRST_HISTORY", "0"))
HISTORIES = int(os.environ.get("CRMCORNER_HISTORIES", "1600"))
