"""Queries, figures and search; nothing here changes a row."""
