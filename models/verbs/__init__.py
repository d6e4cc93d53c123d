"""Verbs of the record: each checks the rules, changes rows, and appends history."""
