"""Contacts out of files that other programs wrote, as Outlook would take them in."""
