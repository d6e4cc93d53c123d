"""The card of a decision, and every message that shows it."""
