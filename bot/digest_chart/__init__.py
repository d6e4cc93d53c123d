"""The digest's picture, drawn in a process of its own."""
