"""The pages of persons, organisations, groups and main groups: one page, one module."""
