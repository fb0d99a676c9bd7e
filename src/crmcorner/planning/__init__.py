"""Tasks and appointments: what is to be done, and when (R50-R65)."""
