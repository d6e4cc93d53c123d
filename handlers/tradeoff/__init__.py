"""Raise, edit and supersede a tradeoff."""
