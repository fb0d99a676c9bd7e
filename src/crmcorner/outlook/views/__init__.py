"""The coupling as users see it: one page, one module."""
