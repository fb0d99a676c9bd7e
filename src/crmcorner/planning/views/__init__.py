"""The pages of tasks and appointments."""
