"""The mailboxes in a browser, as Outlook would show them, and the switches for trouble."""
