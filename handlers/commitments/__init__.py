"""Commitments: promise a date, follow its moves, close it."""
