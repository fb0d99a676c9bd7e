"""The long run: a hundred thousand histories and more, real processes killed, answers lost by the thousand."""
