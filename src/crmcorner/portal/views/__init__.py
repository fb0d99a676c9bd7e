"""The home screen and the search over everything."""
