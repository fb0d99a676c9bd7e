"""The Dutch of the pages for tasks, by the English that stands in the source."""

TASKS = {
    # readings
    "If-Match on a change or deletion of a task": "If-Match bij wijzigen of verwijderen van een taak",
    "The time zone of a task's dates": "De tijdzone van de datums van een taak",
    "Writing a step or link of a task changes the task's version": (
        "Een stap of koppeling van een taak schrijven wijzigt de versie van de taak"
    ),
    "Links of a task": "Koppelingen van een taak",
    "$select=title on tasks": "$select=title bij taken",
    "is always UTC": "is altijd UTC",
    "is the one that the request prefers": "is die waar het verzoek om vraagt",
    "always come": "komen altijd",
    "come on $expand alone": "komen alleen met $expand",
}
