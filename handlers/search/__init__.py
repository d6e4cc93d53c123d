"""Find decisions."""
