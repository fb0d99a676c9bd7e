"""System administration → Settings: one page, one module."""
