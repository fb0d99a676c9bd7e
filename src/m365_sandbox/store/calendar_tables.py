"""The tables of calendars, events and mail that Outlook would have sent; made in data of earlier versions as well."""

TABLES = """
CREATE TABLE IF NOT EXISTS calendars (
  n INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL REFERENCES mailboxes, id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, color TEXT NOT NULL, is_default INTEGER NOT NULL, sequence INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS events (
  n INTEGER PRIMARY KEY AUTOINCREMENT, calendar INTEGER NOT NULL, id TEXT NOT NULL UNIQUE,
  immutable_id TEXT NOT NULL UNIQUE, uid TEXT NOT NULL, sequence INTEGER NOT NULL, created TEXT NOT NULL,
  modified TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, begins TEXT NOT NULL, ends TEXT NOT NULL,
  properties TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_changed ON events (calendar, sequence);
CREATE INDEX IF NOT EXISTS events_begin ON events (calendar, begins);
CREATE TABLE IF NOT EXISTS occurrences (
  event INTEGER NOT NULL, day TEXT NOT NULL, cancelled INTEGER NOT NULL, sequence INTEGER NOT NULL,
  created TEXT NOT NULL, modified TEXT NOT NULL, properties TEXT NOT NULL, PRIMARY KEY (event, day)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone_events (
  calendar INTEGER NOT NULL, sequence INTEGER NOT NULL, event INTEGER NOT NULL, id TEXT NOT NULL,
  immutable_id TEXT NOT NULL, day TEXT, begins TEXT NOT NULL, ends TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS gone_events_changed ON gone_events (calendar, sequence);
CREATE TABLE IF NOT EXISTS owner_extensions (
  owner TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  recipients TEXT NOT NULL, item_id TEXT, created TEXT NOT NULL);
"""
