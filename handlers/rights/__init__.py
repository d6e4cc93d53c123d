"""Show and change who decides what in a channel."""
