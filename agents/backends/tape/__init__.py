"""A run on record: its lines, and who writes them."""
