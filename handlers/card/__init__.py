"""The card of a decision, its Details, and the messages about it."""
