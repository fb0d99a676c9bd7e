"""The Dutch of the pages, by the English that stands in the source."""

from m365_sandbox.pages.dutch_calendar import CALENDAR
from m365_sandbox.pages.dutch_mail import MAIL
from m365_sandbox.pages.dutch_tasks import TASKS

DUTCH = {
    **CALENDAR,
    **MAIL,
    **TASKS,
    # layout and mailboxes
    "Sandbox": "Sandbox",
    "Sandbox mailbox": "Sandbox-postvak",
    "Mailboxes": "Postvakken",
    "Requests": "Verzoeken",
    "Trouble": "Storingen",
    "Not possible": "Dat kan niet",
    "To the mailboxes": "Naar de postvakken",
    "Name": "Naam",
    "Address": "Adres",
    "Contacts": "Contactpersonen",
    "There are no mailboxes yet. Make one below, or import a file with the command m365-sandbox import.": (
        "Er zijn nog geen postvakken. Maak er hieronder een, of importeer een bestand met de opdracht "
        "m365-sandbox import."
    ),
    "New mailbox": "Nieuw postvak",
    "Make mailbox": "Postvak maken",
    "Give an e-mail address.": "Geef een e-mailadres.",
    "There is a mailbox {address} already.": "Er is al een postvak {address}.",
    "There is nothing at this address; it may have been deleted or moved.": (
        "Op dit adres staat niets; misschien is het verwijderd of verplaatst."
    ),
    "This form was sent from another site, so nothing was changed.": (
        "Dit formulier kwam van een andere site; er is niets gewijzigd."
    ),
    # a mailbox
    "Folders": "Mappen",
    "New folder": "Nieuwe map",
    "Make folder": "Map maken",
    "Found": "Gevonden",
    "Search": "Zoeken",
    "Search contacts": "Contactpersonen zoeken",
    "New contact": "Nieuwe contactpersoon",
    "Import files": "Bestanden importeren",
    "Categorise": "Categoriseren",
    "Take category off": "Weghalen",
    "Category": "Categorie",
    "Categories": "Categorieën",
    "Folder": "Map",
    "Move": "Verplaatsen",
    "Delete": "Verwijderen",
    "Company": "Bedrijf",
    "E-mail": "E-mail",
    "Phone": "Telefoon",
    "(no name)": "(geen naam)",
    "%(first)s to %(last)s of %(total)s": "%(first)s t/m %(last)s van %(total)s",
    "Previous": "Vorige",
    "Next": "Volgende",
    "Nothing was found.": "Er is niets gevonden.",
    "This folder is empty.": "Deze map is leeg.",
    "Give the folder a name; Deleted Items takes no folders.": (
        "Geef de map een naam; in Verwijderde items kunnen geen mappen staan."
    ),
    "There is a folder {name} already.": "Er is al een map {name}.",
    # a contact
    "Restore": "Terugzetten",
    "Delete for ever": "Voorgoed verwijderen",
    "Edit": "Bewerken",
    "Edit contact": "Contactpersoon bewerken",
    "Beside the contact": "Naast de contactpersoon",
    "Work fax": "Fax op werk",
    "Home fax": "Fax thuis",
    "Other fax": "Andere fax",
    "Pager": "Semafoon",
    "Car phone": "Autotelefoon",
    "Other phone": "Andere telefoon",
    "Primary phone": "Hoofdtelefoon",
    "Assistant's phone": "Telefoon assistent",
    "Company's main phone": "Hoofdtelefoon bedrijf",
    "Callback": "Terugbellen",
    "Anniversary": "Speciale datum",
    "Hobby": "Hobby",
    "Personal web page": "Persoonlijke webpagina",
    "Private": "Privé",
    "Sensitivity": "Gevoeligheid",
    "Changed %(modified)s, made %(created)s (UTC)": "Gewijzigd %(modified)s, gemaakt %(created)s (UTC)",
    "one on each line": "één per regel",
    "Save": "Opslaan",
    "Cancel": "Annuleren",
    "Fill in at least one field.": "Vul ten minste één veld in.",
    "Outlook does not take it: {why}": "Outlook neemt het niet aan: {why}",
    "Work": "Werk",
    "Reach": "Bereikbaar",
    "Addresses": "Adressen",
    "Personal": "Persoonlijk",
    "Courtesy title": "Aanhef",
    "Given name": "Voornaam",
    "Middle name": "Middelste naam",
    "Surname": "Achternaam",
    "Suffix": "Achtervoegsel",
    "Display name": "Weergavenaam",
    "Nickname": "Bijnaam",
    "Initials": "Initialen",
    "File as": "Opslaan als",
    "Department": "Afdeling",
    "Job title": "Functie",
    "Profession": "Beroep",
    "Office": "Kantoor",
    "Manager": "Manager",
    "Assistant": "Assistent",
    "Web page": "Webpagina",
    "E-mail addresses": "E-mailadressen",
    "Work phones": "Telefoons op het werk",
    "Home phones": "Telefoons thuis",
    "Mobile phone": "Mobiele telefoon",
    "Chat addresses": "Chatadressen",
    "Work address": "Werkadres",
    "Home address": "Huisadres",
    "Other address": "Ander adres",
    "Birthday": "Verjaardag",
    "Partner": "Partner",
    "Children": "Kinderen",
    "Notes": "Notities",
    "Phonetic given name": "Fonetische voornaam",
    "Phonetic surname": "Fonetische achternaam",
    "Phonetic company": "Fonetisch bedrijf",
    "Street": "Straat",
    "Postal code": "Postcode",
    "City": "Plaats",
    "State or province": "Provincie",
    "Country": "Land",
    # import
    "Cards (.vcf) and calendars (.ics) of any program, or contacts that Outlook exported as a CSV file.": (
        "Kaartjes (.vcf) en agenda's (.ics) van welk programma ook, of contactpersonen die Outlook als CSV-bestand exporteerde."
    ),
    "Files": "Bestanden",
    "Import": "Importeren",
    "Taken: %(taken)s. Not taken: %(rejected)s.": "Overgenomen: %(taken)s. Niet overgenomen: %(rejected)s.",
    "Not taken": "Niet overgenomen",
    "Place": "Plaats in het bestand",
    "Reason": "Reden",
    "Note": "Opmerking",
    "And %(more)s more.": "En nog %(more)s.",
    "Taken, but not all of it": "Overgenomen, maar niet alles",
    "To the contacts": "Naar de contactpersonen",
    "Choose a file first.": "Kies eerst een bestand.",
    "This is neither a vCard file nor a CSV export of Outlook: its first line names no columns of it.": (
        "Dit is geen vCard-bestand en geen CSV-export van Outlook: de eerste regel noemt geen kolommen daarvan."
    ),
    "The file ends inside a quotation; what follows the quotation mark is lost.": (
        "Het bestand eindigt binnen aanhalingstekens; wat na het aanhalingsteken komt, is verloren."
    ),
    "Its quotation marks are not where they belong.": "De aanhalingstekens staan niet waar ze horen.",
    "The row has {there} fields where the first line names {wanted}.": (
        "De rij heeft {there} velden, de eerste regel noemt er {wanted}."
    ),
    "The row has {there} fields instead of {wanted}; the rest is empty.": (
        "De rij heeft {there} velden in plaats van {wanted}; de rest is leeg."
    ),
    "The row holds nothing that Outlook could keep.": "De rij bevat niets dat Outlook kan bewaren.",
    "{name}: letters that cannot be read were replaced.": "{name}: letters die niet te lezen zijn, zijn vervangen.",
    "{name} is too long and was cut.": "{name} is te lang en is afgekapt.",
    "The card is not in UTF-8 and names no other character set; it was read as Windows-1252.": (
        "Het kaartje is niet in UTF-8 en noemt geen andere tekenset; het is gelezen als Windows-1252."
    ),
    "The file is not in UTF-8; it was read as Windows-1252. Look at letters with accents.": (
        "Het bestand is niet in UTF-8; het is gelezen als Windows-1252. Let op letters met accenten."
    ),
    "{name}: characters that no text can hold were taken out.": (
        "{name}: tekens die in geen tekst kunnen staan, zijn weggelaten."
    ),
    "Column {name} is not one of Outlook's: {value}": "Kolom {name} is er geen van Outlook: {value}",
    "{name} has no room in Outlook: {value}": "Voor {name} is in Outlook geen plaats: {value}",
    "{name} has no room in Outlook.": "Voor {name} is in Outlook geen plaats.",
    "An address of type {type} has no room: {value}": "Voor een adres van soort {type} is geen plaats: {value}",
    "{name} is not a date: {value}": "{name} is geen datum: {value}",
    "{name} is not a whole date, so it was not taken: {value}": (
        "{name} is geen volledige datum en is niet overgenomen: {value}"
    ),
    "The file ends in the middle of this card.": "Het bestand eindigt midden in dit kaartje.",
    "The card has no end before the next one begins.": "Het kaartje heeft geen einde voordat het volgende begint.",
    "The card is a group of contacts, not a contact.": "Het kaartje is een groep, geen contactpersoon.",
    "The card holds nothing that Outlook could keep.": "Het kaartje bevat niets dat Outlook kan bewaren.",
    "A line that is no property was left out.": "Een regel die geen eigenschap is, is weggelaten.",
    "The picture lies elsewhere and was not fetched: {value}": (
        "De foto staat elders en is niet opgehaald: {value}"
    ),
    "The picture cannot be read.": "De foto is onleesbaar.",
    "Outlook has room for one picture; another was left out.": (
        "In Outlook is plaats voor één foto; een andere is weggelaten."
    ),
    "The picture is larger than {megabytes} MB and was left out.": (
        "De foto is groter dan {megabytes} MB en is weggelaten."
    ),
    # requests
    "Forget them": "Vergeten",
    "Over HTTP": "Over HTTP",
    "Batches among them": "Waarvan batches",
    "Counted by the service": "Geteld door de dienst",
    "Refused as too many": "Geweigerd als te veel",
    "Sign-ins": "Aanmeldingen",
    "Time (UTC)": "Tijd (UTC)",
    "Kind": "Soort",
    "Method": "Methode",
    "Answer": "Antwoord",
    "In the batch": "In de batch",
    "Mailbox": "Postvak",
    "And %(more)s older ones.": "En nog %(more)s oudere.",
    "Nothing was asked of Graph yet.": "Er is nog niets aan Graph gevraagd.",
    # trouble
    "Trouble on order": "Storingen op bestelling",
    "Always": "Altijd",
    "Each page repeats the last item of the page before": "Elke pagina herhaalt het laatste item van de vorige",
    "The items of a page come in reverse order": "De items van een pagina komen in omgekeerde volgorde",
    "An empty page follows each full one": "Na elke volle pagina komt een lege",
    "Answers in a batch come in another order": "Antwoorden in een batch komen in een andere volgorde",
    "The delta of a calendar reports events outside its window as removed": (
        "De delta van een agenda meldt afspraken buiten het venster als verwijderd"
    ),
    "At most so many items on a page (0: as asked)": "Hoogstens zoveel items per pagina (0: zoals gevraagd)",
    "Changes show so many rounds late": "Wijzigingen verschijnen zoveel ronden te laat",
    "Waiting time for each HTTP request, in milliseconds": "Wachttijd per HTTP-verzoek, in milliseconden",
    "Waiting time for each request in the service, in milliseconds": (
        "Wachttijd per verzoek in de dienst, in milliseconden"
    ),
    "Set": "Instellen",
    "For some requests": "Voor sommige verzoeken",
    "What happens": "Wat er gebeurt",
    "429: too many requests, nothing is done": "429: te veel verzoeken, er wordt niets gedaan",
    "503: nothing is done": "503: er wordt niets gedaan",
    "503, although it was done": "503, hoewel het is gedaan",
    "500: nothing is done": "500: er wordt niets gedaan",
    "It is done, but no answer comes": "Het wordt gedaan, maar er komt geen antwoord",
    "The connection breaks before it is done": "De verbinding breekt voordat het is gedaan",
    "In a batch: done, but its answer is left out": "In een batch: gedaan, maar het antwoord ontbreekt",
    "Method (empty: any)": "Methode (leeg: alle)",
    "The address holds (empty: any)": "Het adres bevat (leeg: alle)",
    "Let so many pass first": "Laat er eerst zoveel door",
    "Then strike each so-manieth": "Tref daarna elk zoveelste",
    "So often (0: for ever)": "Zo vaak (0: altijd)",
    "Retry-After, in seconds": "Retry-After, in seconden",
    "Order": "Bestellen",
    "On order": "Op bestelling",
    "No more trouble": "Geen storingen meer",
    "Seen": "Gezien",
    "Struck": "Getroffen",
    "Nothing is on order.": "Er is niets besteld.",
    "Once, now": "Eenmaal, nu",
    "All access tokens expire": "Alle toegangstokens verlopen",
    "All refresh tokens are revoked": "Alle vernieuwingstokens worden ingetrokken",
    "Delta tokens are forgotten": "Deltatokens worden vergeten",
    "Consent is withdrawn": "De toestemming wordt ingetrokken",
    "Consent is given again": "De toestemming wordt weer gegeven",
    "All of them": "Allemaal",
    "Do it": "Uitvoeren",
    "Choose a kind of fault.": "Kies een soort storing.",
    "Choose what is to happen.": "Kies wat er moet gebeuren.",
    "That is not possible: {why}": "Dat kan niet: {why}",
    # open points
    "Open points": "Open punten",
    "Microsoft's pages leave these points open. A program must be right under every reading.": (
        "Microsofts pagina's laten deze punten open. Een programma moet bij elke lezing kloppen."
    ),
    "{name} cannot be {value}.": "{name} kan niet {value} zijn.",
    "If-Match on a change or deletion of a contact": "If-Match bij wijzigen of verwijderen van een contactpersoon",
    "The code of the answer when a version does not match": "De code van het antwoord als een versie niet klopt",
    "A filter on categories": "Een filter op categorieën",
    "Capitals in names of categories": "Hoofdletters in namen van categorieën",
    "The status for a category that exists": "De status voor een categorie die al bestaat",
    "contactFolders/contacts is the default folder": "contactFolders/contacts is de standaardmap",
    "The default folder has a delta of its own": "De standaardmap heeft een eigen delta",
    "The delta of folders tells of the default folder": "De delta van mappen vermeldt de standaardmap",
    "An item that was moved out and back is never told of again": (
        "Een item dat de map uit en weer in ging, wordt nooit meer vermeld"
    ),
    "At most so many home phones (0: no limit)": "Hoogstens zoveel telefoons thuis (0: geen grens)",
    "At most so many characters in a text (0: no limit)": "Hoogstens zoveel tekens in een tekst (0: geen grens)",
    "A change of parentFolderId": "Een wijziging van parentFolderId",
    "A filter for any value of an extended property finds it": (
        "Een filter op elke waarde van een uitgebreide eigenschap vindt die"
    ),
    "$expand on a delta": "$expand bij een delta",
    "A deleted contact is still found, in Deleted Items": (
        "Een verwijderde contactpersoon is nog te vinden, in Verwijderde items"
    ),
    "Writing an open extension changes the contact's version": (
        "Een open extensie schrijven wijzigt de versie van de contactpersoon"
    ),
    "The time of a birthday": "De tijd van een verjaardag",
    "The display name is made anew when its parts change": (
        "De weergavenaam wordt opnieuw gemaakt als zijn delen wijzigen"
    ),
    "Texts are trimmed, line ends made CR LF": "Spaties om teksten gaan weg, regeleinden worden CR LF",
    "A text without a value": "Een tekst zonder waarde",
    "Control characters": "Besturingstekens",
    "Items on a page of a delta, when nothing is asked": "Items per pagina van een delta, als niets is gevraagd",
    "Both forms of an id are found": "Beide vormen van een id worden gevonden",
    "primaryEmailAddress and the others": "primaryEmailAddress en de andere",
    "counts": "telt",
    "is ignored": "wordt genegeerd",
    "works": "werkt",
    "is refused": "wordt geweigerd",
    "fails": "mislukt",
    "do not matter": "maken niet uit",
    "make another name": "maken een andere naam",
    "moves the contact": "verplaatst de contactpersoon",
    "kept": "blijft staan",
    "are taken out": "worden verwijderd",
    "comes as null": "komt als null",
    "comes empty": "komt leeg",
    "mirror emailAddresses": "spiegelen emailAddresses",
    "do not exist": "bestaan niet",
    "A second event with the same transactionId": "Een tweede afspraak met dezelfde transactionId",
    "A filter on transactionId finds the event": "Een filter op transactionId vindt de afspraak",
    "A filter on the times of events": "Een filter op tijden van afspraken",
    "Changes of a meeting that are mailed to nobody": "Wijzigingen van een vergadering die niemand per mail krijgt",
    "Deleting an invitation tells the organizer that it is declined": (
        "Een uitnodiging verwijderen meldt de organisator dat zij is afgewezen"
    ),
    "An occurrence taken out of its series, in the delta of the calendar": (
        "Een keer die uit de reeks is gehaald, in de delta van de agenda"
    ),
    "$select on the delta of the calendar": "$select bij de delta van de agenda",
    "$expand of extended properties on the view of the calendar": (
        "$expand van uitgebreide eigenschappen bij de weergave van de agenda"
    ),
    "All-day events asked for in another time zone": "Afspraken van een hele dag, gevraagd in een andere tijdzone",
    "The private mark of an event and its sensitivity": "Het privékenmerk van een afspraak en de gevoeligheid",
    "Fields that link an event to contacts": "Velden die een afspraak aan contactpersonen koppelen",
    "answers the first one": "geeft de eerste",
    "is a conflict": "is een conflict",
    "categories, reminder and the like": "categorieën, herinnering en dergelijke",
    "none": "geen",
    "is not told of": "wordt niet vermeld",
    "is told of": "wordt vermeld",
    "move off midnight": "schuiven van middernacht af",
    "stay on their days": "blijven op hun dagen",
    "say the same": "zeggen hetzelfde",
    "are kept apart": "staan los van elkaar",
    "are dropped": "gaan verloren",
    "Yes": "Ja",
    "No": "Nee",
}
