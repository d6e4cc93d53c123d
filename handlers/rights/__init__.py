"""Rights of a channel: who decides what, shown and changed."""
