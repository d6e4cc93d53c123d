"""The demo workspace in a browser: a person acts as anyone in it."""
