"""The tables of Microsoft To Do; made in data of earlier versions as well."""

TABLES = """
CREATE TABLE IF NOT EXISTS task_lists (
  n INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL REFERENCES mailboxes, id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, kind TEXT NOT NULL, sequence INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS task_lists_changed ON task_lists (mailbox, sequence);
CREATE TABLE IF NOT EXISTS tasks (
  n INTEGER PRIMARY KEY AUTOINCREMENT, list INTEGER NOT NULL REFERENCES task_lists, id TEXT NOT NULL UNIQUE,
  sequence INTEGER NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL, body_modified TEXT NOT NULL,
  properties TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS tasks_changed ON tasks (list, sequence);
CREATE TABLE IF NOT EXISTS gone_tasks (list INTEGER NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS gone_tasks_changed ON gone_tasks (list, sequence);
CREATE TABLE IF NOT EXISTS task_parts (
  n INTEGER PRIMARY KEY AUTOINCREMENT, task INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
  properties TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS task_parts_of ON task_parts (task, kind);
"""
