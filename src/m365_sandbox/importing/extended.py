"""Extended properties under which Outlook keeps what Graph's contact has no property for.

Source: Microsoft Exchange Server Protocols, [MS-OXPROPS] and [MS-OXOCNTC]: property tags and named properties.
"""

_COMMON = "{00062008-0000-0000-C000-000000000046}"
_ADDRESS = "{00062004-0000-0000-C000-000000000046}"

BUSINESS_FAX = "String 0x3A24"
HOME_FAX = "String 0x3A25"
OTHER_FAX = "String 0x3A23"
PAGER = "String 0x3A21"
CAR = "String 0x3A1E"
OTHER_PHONE = "String 0x3A1F"
PRIMARY_PHONE = "String 0x3A1A"
RADIO = "String 0x3A1D"
TELEX = "String 0x3A2C"
ISDN = "String 0x3A2D"
ASSISTANT_PHONE = "String 0x3A2E"
TEXT_PHONE = "String 0x3A4B"
COMPANY_PHONE = "String 0x3A57"
CALLBACK = "String 0x3A02"

ACCOUNT = "String 0x3A00"
GOVERNMENT_ID = "String 0x3A07"
LANGUAGE = "String 0x3A0C"
LOCATION = "String 0x3A0D"
ORGANIZATIONAL_ID = "String 0x3A10"
HOBBY = "String 0x3A43"
REFERRED_BY = "String 0x3A47"
PERSONAL_HOME_PAGE = "String 0x3A50"
MILEAGE = f"String {_COMMON} Id 0x8534"
BILLING = f"String {_COMMON} Id 0x8535"
USER_FIELDS = tuple(f"String {_ADDRESS} Id {number}" for number in ("0x804F", "0x8050", "0x8051", "0x8052"))

ANNIVERSARY = "SystemTime 0x3A41"
PRIVATE = f"Boolean {_COMMON} Id 0x8506"
SENSITIVITY = "Integer 0x0036"  # 0 normal, 1 personal, 2 private, 3 confidential


def secret(level: int) -> dict[str, str]:
    """What marks a contact as personal (1), private (2) or confidential (3); Outlook hides only private ones."""
    marks = {SENSITIVITY: str(level)}
    return {**marks, PRIVATE: "true"} if level == 2 else marks
