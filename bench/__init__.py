"""Speed as counts and ratios. Never run by the tests: ``make bench``."""
