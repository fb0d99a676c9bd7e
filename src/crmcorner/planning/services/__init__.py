"""The sole writers of tasks and appointments."""
