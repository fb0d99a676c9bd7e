"""Outlook's five boxes, read and written."""

from typing import NamedTuple

from crmcorner.items.postal_address import AddressRefused, PostalAddress, parse_address, to_outlook


class Boxes(NamedTuple):
    """What stands in Outlook's five boxes."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country_text: str = ""


def read(boxes: Boxes, firm: str = "NL") -> PostalAddress | None:
    """Read five boxes as a firm in this country does; raises `AddressRefused`."""
    return parse_address(**boxes._asdict(), default_country=firm)


def read_if_valid(boxes: Boxes, firm: str = "NL") -> PostalAddress | None:
    """Read five boxes; None if there is no address in them or it is refused."""
    try:
        return read(boxes, firm)
    except AddressRefused:
        return None


def back(address: PostalAddress, firm: str = "NL", language: str = "nl") -> PostalAddress | None:
    """Write an address to Outlook and read it again."""
    box = to_outlook(address, language=language)
    return read(Boxes(box.street, box.city, box.state, box.postal_code, box.country), firm)
