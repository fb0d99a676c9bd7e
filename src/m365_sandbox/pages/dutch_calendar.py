"""The Dutch of the agenda and of imported calendars, by the English that stands in the source."""

CALENDAR = {
    # the agenda
    "Calendar": "Agenda",
    "(no subject)": "(geen onderwerp)",
    "All day": "Hele dag",
    "Attendees": "Deelnemers",
    "Begins at": "Begint om",
    "Begins on": "Begint op",
    "Ends at": "Eindigt om",
    "Ends on": "Eindigt op",
    "Beside the event": "Naast de afspraak",
    "Called off": "Geannuleerd",
    "Day": "Dag",
    "Time": "Tijd",
    "Subject": "Onderwerp",
    "Location": "Locatie",
    "Delete series": "Reeks verwijderen",
    "Delete this occurrence": "Deze keer verwijderen",
    "Deleted": "Verwijderd",
    "Edit event": "Afspraak bewerken",
    "Edit series": "Reeks bewerken",
    "Edit this occurrence": "Deze keer bewerken",
    "To the series": "Naar de reeks",
    "Make private": "Privé maken",
    "No longer private": "Niet meer privé",
    "More": "Meer",
    "What and when": "Wat en wanneer",
    "New event": "Nieuwe afspraak",
    "Previous week": "Vorige week",
    "This week": "Deze week",
    "Next week": "Volgende week",
    "Show": "Tonen",
    "Show as": "Tonen als",
    "None": "Geen",
    "Organizer": "Organisator",
    "Reminder": "Herinnering",
    "Reminder, minutes before (empty: none)": "Herinnering, minuten ervoor (leeg: geen)",
    "%(minutes)s minutes before": "%(minutes)s minuten ervoor",
    "Times in %(zone)s": "Tijden in %(zone)s",
    "Repeats": "Herhaling",
    "So many times (empty: without end)": "Zoveel keer (leeg: zonder einde)",
    "Series": "Reeks",
    "Status": "Status",
    "changed here": "hier gewijzigd",
    "Free": "Vrij",
    "Tentative": "Voorlopig",
    "Busy": "Bezet",
    "Out of office": "Afwezig",
    "Working elsewhere": "Werkt elders",
    "Once": "Eenmaal",
    "Daily": "Dagelijks",
    "Weekly": "Wekelijks",
    "Monthly": "Maandelijks",
    "Yearly": "Jaarlijks",
    "Give a day and a time for beginning and end.": "Geef een dag en een tijd voor begin en einde.",
    "Say how often it repeats, in a number.": "Geef met een getal aan hoe vaak het zich herhaalt.",
    "The reminder is a number of minutes.": "De herinnering is een aantal minuten.",
    # series
    "Every day": "Elke dag",
    "Every {interval} days": "Om de {interval} dagen",
    "Every week on {days}": "Elke week op {days}",
    "Every {interval} weeks on {days}": "Om de {interval} weken op {days}",
    "On day {day} of every month": "Op dag {day} van elke maand",
    "On day {day} of every {interval} months": "Op dag {day}, om de {interval} maanden",
    "On the {index} {days} of every month": "Op de {index} {days} van elke maand",
    "On the {index} {days} of every {interval} months": "Op de {index} {days}, om de {interval} maanden",
    "On {day} {month} of every year": "Elk jaar op {day} {month}",
    "On {day} {month} of every {interval} years": "Om de {interval} jaar op {day} {month}",
    "On the {index} {days} of {month} of every year": "Elk jaar op de {index} {days} van {month}",
    "On the {index} {days} of {month} of every {interval} years": (
        "Om de {interval} jaar op de {index} {days} van {month}"
    ),
    "{pattern}, {number} times": "{pattern}, {number} keer",
    "{pattern}, until {day}": "{pattern}, tot en met {day}",
    "first": "eerste",
    "second": "tweede",
    "third": "derde",
    "fourth": "vierde",
    "last": "laatste",
    "Monday": "maandag",
    "Tuesday": "dinsdag",
    "Wednesday": "woensdag",
    "Thursday": "donderdag",
    "Friday": "vrijdag",
    "Saturday": "zaterdag",
    "Sunday": "zondag",
    "January": "januari",
    "February": "februari",
    "March": "maart",
    "April": "april",
    "May": "mei",
    "June": "juni",
    "July": "juli",
    "August": "augustus",
    "September": "september",
    "October": "oktober",
    "November": "november",
    "December": "december",
    # import
    "A newer version of its series leaves this day out.": "Een nieuwere versie van de reeks slaat deze dag over.",
    "A newer version of the same event is in the file.": "In het bestand staat een nieuwere versie van deze afspraak.",
    "A person without a mail address was left out: {value}": "Iemand zonder e-mailadres is weggelaten: {value}",
    "A reminder after the beginning has no room in Outlook.": "Een herinnering na het begin kan in Outlook niet.",
    "Outlook has room for one reminder; another was left out.": (
        "In Outlook is plaats voor één herinnering; een andere is weggelaten."
    ),
    "Graph knows no change of all later occurrences at once.": (
        "Graph kent geen wijziging van alle latere keren ineens."
    ),
    "Graph knows no daily recurrence on some days only.": (
        "Graph kent geen dagelijkse herhaling op sommige dagen alleen."
    ),
    "Graph knows no further days of a series; they became events of their own.": (
        "Graph kent geen extra dagen van een reeks; het zijn losse afspraken geworden."
    ),
    "Graph knows no interval of {number}.": "Graph kent geen tussenruimte van {number}.",
    "Graph knows no monthly recurrence in some months only.": (
        "Graph kent geen maandelijkse herhaling in sommige maanden alleen."
    ),
    "Graph knows no recurrence by the weeks of a year.": "Graph kent geen herhaling naar de weken van een jaar.",
    "Graph knows no recurrence by weekday and date at once.": (
        "Graph kent geen herhaling naar weekdag en datum tegelijk."
    ),
    "Graph knows no recurrence in several months of a year.": (
        "Graph kent geen herhaling in meer dan één maand van een jaar."
    ),
    "Graph knows no recurrence on several dates of a month.": (
        "Graph kent geen herhaling op meer dan één datum van een maand."
    ),
    "Graph knows no recurrence that is {frequency}.": "Graph kent geen herhaling {frequency}.",
    "Graph knows no recurrence with several positions in a month.": (
        "Graph kent geen herhaling met meer dan één plaats in de maand."
    ),
    "Graph knows no recurrence with {part}.": "Graph kent geen herhaling met {part}.",
    "Graph knows no series of {number} occurrences.": "Graph kent geen reeks van {number} keer.",
    "Graph knows no series with several rules.": "Graph kent geen reeks met meer dan één regel.",
    "Graph knows no weekly recurrence in some months only.": (
        "Graph kent geen wekelijkse herhaling in sommige maanden alleen."
    ),
    "Graph knows no weekly recurrence with numbered weekdays.": (
        "Graph kent geen wekelijkse herhaling met genummerde weekdagen."
    ),
    "Graph knows only the first to the fourth and the last weekday of a month.": (
        "Graph kent alleen de eerste tot en met de vierde en de laatste weekdag van een maand."
    ),
    "In months without day {day} Outlook takes the last one, which is not what the file says.": (
        "In maanden zonder dag {day} neemt Outlook de laatste; dat staat niet in het bestand."
    ),
    "Its series has no rule; it was taken as a single event.": (
        "De reeks heeft geen regel; dit is een losse afspraak geworden."
    ),
    "Its series is not in the file; it was taken as a single event.": (
        "De reeks staat niet in het bestand; dit is een losse afspraak geworden."
    ),
    "Outlook knows no time zone with the rules of {name}.": "Outlook kent geen tijdzone met de regels van {name}.",
    "Outlook moves no occurrence past its neighbour; it became an event of its own.": (
        "Outlook verplaatst geen keer voorbij een andere; het is een losse afspraak geworden."
    ),
    "The beginning of the event cannot be read: {value}": "Het begin van de afspraak is onleesbaar: {value}",
    "The end of the event cannot be read: {value}": "Het einde van de afspraak is onleesbaar: {value}",
    "The day ends when it begins; it was taken for one whole day.": (
        "De dag eindigt als hij begint; er is één hele dag van gemaakt."
    ),
    "The entry cannot be read: {why}": "Dit onderdeel is onleesbaar: {why}",
    "The event has no beginning.": "De afspraak heeft geen begin.",
    "The file ends in the middle of this entry.": "Het bestand eindigt midden in dit onderdeel.",
    "The first day is not one of the series' own; it begins with the next.": (
        "De eerste dag hoort niet bij de reeks; zij begint met de volgende."
    ),
    "The occurrence that it changes cannot be read: {value}": "De keer die dit wijzigt, is onleesbaar: {value}",
    "The series ends before it begins.": "De reeks eindigt voordat zij begint.",
    "The series has no occurrence on {day} to leave out.": "De reeks heeft op {day} geen keer om over te slaan.",
    "The series has no occurrence on {day}; it became an event of its own.": (
        "De reeks heeft op {day} geen keer; dit is een losse afspraak geworden."
    ),
    "The series that it belongs to was not taken.": "De reeks waar dit bij hoort, is niet overgenomen.",
    "The time zone {name} is not known, and the file does not say what it is.": (
        "De tijdzone {name} is onbekend, en het bestand zegt niet wat zij is."
    ),
    "The time zone {name} was taken for {found}.": "De tijdzone {name} is gelezen als {found}.",
    "{name} cannot be read: {value}": "{name} is onleesbaar: {value}",
    "{name} is neither an event nor a task.": "{name} is geen afspraak en geen taak.",
    "{name} is not known; the event was taken as private.": "{name} is onbekend; de afspraak is privé gemaakt.",
}
