"""What a mailbox holds, on disk: folders, contacts, categories; and the directory of users, apps and tokens."""
