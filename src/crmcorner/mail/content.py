"""What of a mail's source is stored, made ready before the database is touched: its bytes lie in the file store."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from crmcorner.folders import file_store
from crmcorner.folders.file_names import safe_name
from crmcorner.items.text import tidy_line
from crmcorner.mail.source import MailPart, ParsedMail, parse_source

PREVIEW = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """A part whose bytes are stored under ``sha256``, or "" where they are more than the limit. ``size`` in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a mail says and has with it; all empty where its source was not to be had."""

    parsed: ParsedMail
    source_sha256: str = ""
    size: int = 0
    html_sha256: str = ""
    parts: Sequence[KeptPart] = ()

    @property
    def preview(self) -> str:
        """The first words of the text."""
        return tidy_line(self.parsed.text[: PREVIEW * 4])[:PREVIEW]


def keep_content(source: bytes | None) -> Content:
    """Read a mail's source and store its bytes: the original, its HTML, and every part (R36a)."""
    if source is None:
        return Content(parsed=ParsedMail())
    parsed, kept = parse_source(source), file_store.keep(source)
    html = file_store.keep(parsed.html.encode("utf-8", "replace")).sha256 if parsed.html else ""
    return Content(
        parsed=parsed,
        source_sha256=kept.sha256,
        size=kept.size,
        html_sha256=html,
        parts=[_kept(part) for part in parsed.parts],
    )


def _kept(part: MailPart) -> KeptPart:
    try:
        sha256 = file_store.keep(part.content, limit=settings.FILE_LIMIT).sha256
    except file_store.FileTooLarge:
        sha256 = ""
    return KeptPart(
        name=safe_name(part.name),
        content_type=part.content_type[:127],
        size=len(part.content),
        sha256=sha256,
        inline=part.inline,
        content_id=tidy_line(part.content_id)[:255],
    )
