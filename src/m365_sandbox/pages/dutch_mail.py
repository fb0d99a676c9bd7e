"""The Dutch of the pages for mail, by the English that stands in the source."""

MAIL = {
    # folders and messages
    "Mail": "E-mail",
    "From": "Van",
    "From or to": "Van of aan",
    "To": "Aan",
    "Cc": "Cc",
    "Bcc": "Bcc",
    "Reply to": "Antwoorden aan",
    "(no subject)": "(geen onderwerp)",
    "Sent": "Verzonden",
    "Received": "Ontvangen",
    "Attachments": "Bijlagen",
    "with attachments": "met bijlage",
    "inline": "in de tekst",
    "Source": "Bron",
    "Search mail": "Zoeken in e-mail",
    "Let a mail come in": "Een e-mail laten binnenkomen",
    "Let it come in": "Laten binnenkomen",
    "Text": "Tekst",
    "Copy to": "Kopie aan",
    "Mark as read": "Markeren als gelezen",
    "Mark as unread": "Markeren als ongelezen",
    "Make private": "Privé maken",
    "No longer private": "Niet meer privé",
    "Draft": "Concept",
    "Give the folder a name.": "Geef de map een naam.",
    # files
    "The mail is empty.": "De e-mail is leeg.",
    "This is no mail: it does not begin with the headers of one.": (
        "Dit is geen e-mail: het begint niet met de kopregels ervan."
    ),
    "Its parts are nested too deeply to be read.": "De delen zijn te diep in elkaar gestoken om te lezen.",
    "A mail with the Message-ID {id} is there already.": "Er is al een e-mail met Message-ID {id}.",
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
