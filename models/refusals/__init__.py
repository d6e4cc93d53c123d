"""Reasons for which something is refused, as exceptions whose text the person reads."""
