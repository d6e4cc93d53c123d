"""Acceptance: claim that work is finished, and give the verdict."""
