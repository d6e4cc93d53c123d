"""Search for decisions."""
