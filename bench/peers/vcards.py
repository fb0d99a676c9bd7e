"""The same contacts as a folder of vCards, which is what peers keep beside a server."""

from collections.abc import Iterable
from pathlib import Path

from bench import samples


def vcard(number: int, family: str) -> str:
    """Return a contact of the bench as vCard 3.0."""
    of = samples.contact(number, family)
    home = of.home_address
    assert home is not None
    surname = f"{of.name_prefix} {of.surname}"
    street = f"{home.street} {home.house_number}"
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{uid(number, family)}",
        f"FN:{of.given_name} {surname}",
        f"N:{surname};{of.given_name};;;",
        f"TITLE:{of.job_title}",
        f"EMAIL;TYPE=INTERNET:{of.emails[0]}",
        f"TEL;TYPE=WORK:{of.work_phones[0]}",
        f"ADR;TYPE=HOME:;;{street};{home.city};;{home.postal_code};Nederland",
        f"NOTE:{of.note}",
        "END:VCARD",
    ]
    return "\r\n".join(lines) + "\r\n"


def uid(number: int, family: str) -> str:
    """Return a contact's UID."""
    return f"{family}-{number}"


def write(folder: Path, numbers: Iterable[int], family: str) -> None:
    """Put these contacts into a folder, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{uid(number, family)}.vcf").write_text(vcard(number, family), newline="")


def change(folder: Path, count: int) -> None:
    """Change the job title in that many files of a folder."""
    for file in sorted(folder.glob("*.vcf"))[:count]:
        text = file.read_bytes().decode()
        lines = [line for line in text.split("\r\n") if not line.startswith("TITLE")]
        lines.insert(lines.index("END:VCARD"), "TITLE:directrice")
        file.write_bytes("\r\n".join(lines).encode())


def how_many(folder: Path) -> int:
    """Return how many contacts lie in a folder."""
    return len(list(folder.glob("*.vcf")))
