"""The columns of Outlook's CSV export, in the three languages that are read, and where each goes.

Destinations: a property of Graph's contact by its name; `list NAME`; `address NAME PART`, where lines of a street
come in the order of the columns below; `whole NAME` for an address in one column; `email N PART`; `extended ID`; `date NAME`; `mark …` for what has its own
rules; `standard A B …` for columns that say nothing as long as they hold one of these words; nothing at all for
what Outlook's contact over Graph has no room for.
"""

from m365_sandbox.importing import extended

_PHONES = (
    ("Assistant's Phone", "Telefoon assistent", "Telefon Assistent", extended.ASSISTANT_PHONE),
    ("Business Fax", "Fax op werk", "Fax geschäftlich", extended.BUSINESS_FAX),
    ("Callback", "Terugbellen", "Rückmeldung", extended.CALLBACK),
    ("Car Phone", "Autotelefoon", "Autotelefon", extended.CAR),
    ("Company Main Phone", "Hoofdtelefoon bedrijf", "Telefon Firma", extended.COMPANY_PHONE),
    ("Home Fax", "Fax thuis", "Fax privat", extended.HOME_FAX),
    ("ISDN", "ISDN", "ISDN", extended.ISDN),
    ("Other Fax", "Andere fax", "Weiteres Fax", extended.OTHER_FAX),
    ("Other Phone", "Andere telefoon", "Weiteres Telefon", extended.OTHER_PHONE),
    ("Pager", "Semafoon", "Pager", extended.PAGER),
    ("Primary Phone", "Hoofdtelefoon", "Haupttelefon", extended.PRIMARY_PHONE),
    ("Radio Phone", "Radiotelefoon", "Mobiltelefon 2", extended.RADIO),
    ("TTY/TDD Phone", "Teksttelefoon", "Telefon für Hörbehinderte", extended.TEXT_PHONE),
    ("Telex", "Telex", "Telex", extended.TELEX),
)

_BESIDE = (
    ("Account", "Account", "Konto", extended.ACCOUNT),
    ("Billing Information", "Factuurinformatie", "Abrechnungsinformation", extended.BILLING),
    ("Government ID Number", "Sofinummer", "Regierungsnr.", extended.GOVERNMENT_ID),
    ("Hobby", "Hobby's", "Hobby", extended.HOBBY),
    ("Language", "Taal", "Sprache", extended.LANGUAGE),
    ("Location", "Locatie", "Ort", extended.LOCATION),
    ("Mileage", "Reisafstand", "Reisekilometer", extended.MILEAGE),
    ("Organizational ID Number", "Organisatie-id", "Organisationsnr.", extended.ORGANIZATIONAL_ID),
    ("Personal Web Page", "Persoonlijke webpagina", "Persönliche Webseite", extended.PERSONAL_HOME_PAGE),
    ("Referred By", "Referentie van", "Empfohlen von", extended.REFERRED_BY),
    *(
        (f"User {n}", f"Gebruiker {n}", f"Benutzer {n}", name)
        for n, name in enumerate(extended.USER_FIELDS, start=1)
    ),
)

_PROPERTIES = (
    ("Title", "Titel", "Anrede", "title"),
    ("First Name", "Voornaam", "Vorname", "givenName"),
    ("Middle Name", "Middelste naam", "Weitere Vornamen", "middleName"),
    ("Last Name", "Achternaam", "Nachname", "surname"),
    ("Suffix", "Achtervoegsel", "Suffix", "generation"),
    ("Nickname", "Bijnaam", "Spitzname", "nickName"),
    ("Display Name", "Weergavenaam", "Anzeigename", "displayName"),
    ("Given Yomi", "Voornaam Yomi", "Vorname Yomi", "yomiGivenName"),
    ("Surname Yomi", "Achternaam Yomi", "Nachname Yomi", "yomiSurname"),
    ("Company Yomi", "Bedrijf Yomi", "Firma Yomi", "yomiCompanyName"),
    ("Company", "Bedrijf", "Firma", "companyName"),
    ("Department", "Afdeling", "Abteilung", "department"),
    ("Job Title", "Functie", "Position", "jobTitle"),
    ("Mobile Phone", "Mobiele telefoon", "Mobiltelefon", "mobilePhone"),
    ("Assistant's Name", "Naam assistent", "Name Assistent", "assistantName"),
    ("Manager's Name", "Naam manager", "Name des/der Vorgesetzten", "manager"),
    ("Initials", "Initialen", "Initialen", "initials"),
    ("Notes", "Notities", "Notizen", "personalNotes"),
    ("Office Location", "Kantoorlocatie", "Büro", "officeLocation"),
    ("Profession", "Beroep", "Beruf", "profession"),
    ("Spouse", "Partner", "Partner", "spouseName"),
    ("Web Page", "Webpagina", "Webseite", "businessHomePage"),
    ("Business Phone", "Telefoon op werk", "Telefon geschäftlich", "list businessPhones"),
    ("Business Phone 2", "Telefoon op werk 2", "Telefon geschäftlich 2", "list businessPhones"),
    ("Home Phone", "Telefoon thuis", "Telefon privat", "list homePhones"),
    ("Home Phone 2", "Telefoon thuis 2", "Telefon privat 2", "list homePhones"),
    ("IMAddress", "Chatadres", "IM-Adresse", "list imAddresses"),
    ("Categories", "Categorieën", "Kategorien", "mark several categories"),
    ("Children", "Kinderen", "Kinder", "mark several children"),
    ("Birthday", "Verjaardag", "Geburtstag", "date birthday"),
    ("Anniversary", "Speciale datum", "Jahrestag", "date anniversary"),
    ("Private", "Privé", "Privat", "mark private"),
    ("Sensitivity", "Gevoeligheid", "Vertraulichkeit", "mark sensitivity"),
    ("Gender", "Geslacht", "Geschlecht", "standard unspecified nietopgegeven nichtangegeven keineangabe"),
    ("Priority", "Prioriteit", "Priorität", "standard normal normaal"),
    ("Directory Server", "Adreslijstserver", "Verzeichnisserver", ""),
    ("Internet Free Busy", "Internet Beschikbaarheidsinfo", "Internet-Frei/Gebucht", ""),
    ("Keywords", "Trefwoorden", "Stichwörter", ""),
    ("Schools", "Scholen", "Schulen", ""),
)

_ADDRESSES = (
    ("Business Address PO Box", "Werkadres, postbusnummer", "Postfach geschäftlich", "business street"),
    ("Business Street", "Werkadres, straat", "Straße geschäftlich", "business street"),
    ("Business Street 2", "Werkadres 2, straat", "Straße geschäftlich 2", "business street"),
    ("Business Street 3", "Werkadres 3, straat", "Straße geschäftlich 3", "business street"),
    ("Business City", "Werkadres, plaats", "Ort geschäftlich", "business city"),
    ("Business State", "Werkadres, provincie", "Region geschäftlich", "business state"),
    ("Business Postal Code", "Werkadres, postcode", "Postleitzahl geschäftlich", "business postalCode"),
    ("Business Country/Region", "Land/regio (werk)", "Land/Region geschäftlich", "business countryOrRegion"),
    ("Home Address PO Box", "Huisadres, postbusnummer", "Postfach privat", "home street"),
    ("Home Street", "Huisadres, straat", "Straße privat", "home street"),
    ("Home Street 2", "Huisadres, straat 2", "Straße privat 2", "home street"),
    ("Home Street 3", "Huisadres, straat 3", "Straße privat 3", "home street"),
    ("Home City", "Huisadres, plaats", "Ort privat", "home city"),
    ("Home State", "Huisadres, provincie", "Bundesland/Kanton privat", "home state"),
    ("Home Postal Code", "Huisadres, postcode", "Postleitzahl privat", "home postalCode"),
    ("Home Country/Region", "Land/regio (thuis)", "Land/Region privat", "home countryOrRegion"),
    ("Other Address PO Box", "Ander adres, postbusnummer", "Weiteres Postfach", "other street"),
    ("Other Street", "Ander adres, straat", "Weitere Straße", "other street"),
    ("Other Street 2", "Ander adres, straat 2", "Weitere Straße 2", "other street"),
    ("Other Street 3", "Ander adres, straat 3", "Weitere Straße 3", "other street"),
    ("Other City", "Ander adres, plaats", "Weiterer Ort", "other city"),
    ("Other State", "Ander adres, provincie", "Weiteres/r Bundesland/Kanton", "other state"),
    ("Other Postal Code", "Ander adres, postcode", "Weitere Postleitzahl", "other postalCode"),
    ("Other Country/Region", "Land/regio (anders)", "Weiteres/e Land/Region", "other countryOrRegion"),
)

_EMAILS = (
    ("E-mail Address", "E-mailadres", "E-Mail-Adresse", "email 1 address"),
    ("E-mail Type", "E-mailtype", "E-Mail-Typ", "email 1 type"),
    ("E-mail Display Name", "Weergavenaam voor e-mail", "E-Mail: Angezeigter Name", "email 1 name"),
    ("E-mail 2 Address", "E-mailadres 2", "E-Mail 2: Adresse", "email 2 address"),
    ("E-mail 2 Type", "E-mailtype 2", "E-Mail 2: Typ", "email 2 type"),
    ("E-mail 2 Display Name", "E-mail, weergegeven naam 2", "E-Mail 2: Angezeigter Name", "email 2 name"),
    ("E-mail 3 Address", "E-mailadres 3", "E-Mail 3: Adresse", "email 3 address"),
    ("E-mail 3 Type", "E-mailtype 3", "E-Mail 3: Typ", "email 3 type"),
    ("E-mail 3 Display Name", "E-mail, weergegeven naam 3", "E-Mail 3: Angezeigter Name", "email 3 name"),
)

# Columns under the names that other versions of Outlook give them, and those that Google adds for Outlook.
_ALSO = (
    ("Business Address", "whole businessAddress"),
    ("Home Address", "whole homeAddress"),
    ("Other Address", "whole otherAddress"),
    ("Business Country", "address businessAddress countryOrRegion"),
    ("Home Country", "address homeAddress countryOrRegion"),
    ("Other Country", "address otherAddress countryOrRegion"),
    ("Werkadres, straat 2", "address businessAddress street"),
    ("Werkadres, straat 3", "address businessAddress street"),
    ("Werkadres, land/regio", "address businessAddress countryOrRegion"),
    ("Huisadres 2, straat", "address homeAddress street"),
    ("Huisadres 3, straat", "address homeAddress street"),
    ("Huisadres, land/regio", "address homeAddress countryOrRegion"),
    ("Ander adres 2, straat", "address otherAddress street"),
    ("Ander adres 3, straat", "address otherAddress street"),
    ("Ander adres, land/regio", "address otherAddress countryOrRegion"),
    ("Land geschäftlich", "address businessAddress countryOrRegion"),
    ("Land privat", "address homeAddress countryOrRegion"),
    ("Region privat", "address homeAddress state"),
    ("Categorien", "mark several categories"),
    ("E-mail, weergegeven naam", "email 1 name"),
    ("Assistent(in)", "assistantName"),
    ("Name des/r Vorgesetzten", "manager"),
    ("Organisations-Nr.", f"extended {extended.ORGANIZATIONAL_ID}"),
    ("Regierungs-Nr.", f"extended {extended.GOVERNMENT_ID}"),
)


def normalised(header: str) -> str:
    """A column's name without what differs between versions: case, blanks, punctuation."""
    return "".join(letter for letter in header.casefold() if letter.isalnum())


def _destinations() -> dict[str, str]:
    rows = [
        *_PROPERTIES,
        *((*names, f"extended {to}") for *names, to in (*_PHONES, *_BESIDE)),
        *((*names, f"address {to.replace(' ', 'Address ')}") for *names, to in _ADDRESSES),
        *_EMAILS,
    ]
    found = {normalised(name): to for *names, to in rows for name in names}
    return found | {normalised(name): to for name, to in _ALSO}


DESTINATIONS = _destinations()
RANKS = {name: rank for rank, name in enumerate(DESTINATIONS)}
ENGLISH = frozenset(
    normalised(row[0]) for row in (*_PROPERTIES, *_PHONES, *_BESIDE, *_ADDRESSES, *_EMAILS)
) - frozenset(
    normalised(name) for row in (*_PROPERTIES, *_PHONES, *_BESIDE, *_ADDRESSES, *_EMAILS) for name in row[1:3]
)
