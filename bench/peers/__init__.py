"""Other programs that do the same work, measured in the same run on the same data."""
