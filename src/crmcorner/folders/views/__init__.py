"""The pages of customer folders: one page, one module."""
