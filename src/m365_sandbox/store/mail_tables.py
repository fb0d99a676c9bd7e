"""The tables of mail; made in data of earlier versions as well."""

TABLES = """
CREATE TABLE IF NOT EXISTS mail_folders (
  n INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL REFERENCES mailboxes, parent INTEGER,
  id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, hidden INTEGER NOT NULL DEFAULT 0,
  sequence INTEGER NOT NULL, purged INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS mail_folders_changed ON mail_folders (mailbox, sequence);
CREATE TABLE IF NOT EXISTS messages (
  n INTEGER PRIMARY KEY AUTOINCREMENT, folder INTEGER NOT NULL REFERENCES mail_folders, origin INTEGER,
  id TEXT NOT NULL UNIQUE, immutable_id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL,
  created TEXT NOT NULL, modified TEXT NOT NULL, received TEXT, sent TEXT, draft INTEGER NOT NULL,
  message_id TEXT NOT NULL, conversation TEXT NOT NULL, categories TEXT NOT NULL, properties TEXT NOT NULL,
  body TEXT NOT NULL, source BLOB);
CREATE INDEX IF NOT EXISTS messages_changed ON messages (folder, sequence);
CREATE INDEX IF NOT EXISTS messages_by_message_id ON messages (message_id);
CREATE TABLE IF NOT EXISTS gone_messages (
  folder INTEGER NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, immutable_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS gone_messages_changed ON gone_messages (folder, sequence);
CREATE TABLE IF NOT EXISTS attachments (
  n INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, modified TEXT NOT NULL,
  properties TEXT NOT NULL, content BLOB);
CREATE INDEX IF NOT EXISTS attachments_of ON attachments (message, n);
"""
