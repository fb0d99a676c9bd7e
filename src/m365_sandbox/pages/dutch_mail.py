"""The Dutch of the pages for mail, by the English that stands in the source."""

MAIL = {
    # readings
    "A filter on categories over the mail of all folders": "Een filter op categorieën over de mail van alle mappen",
    "A filter on categories over the mail of one folder": "Een filter op categorieën over de mail van één map",
    "An order together with a filter on categories of mail": (
        "Een volgorde samen met een filter op categorieën van mail"
    ),
    "The code with which such a filter or order is refused": (
        "De code waarmee zo'n filter of volgorde wordt geweigerd"
    ),
    "Later rounds of a delta of mail tell a few properties alone": (
        "Latere rondes van een delta van mail noemen maar een paar eigenschappen"
    ),
    "A change of the subject, text or people of a mail that is no draft": (
        "Een wijziging van onderwerp, tekst of personen van een mail die geen concept is"
    ),
    "takes effect": "gaat in",
}
