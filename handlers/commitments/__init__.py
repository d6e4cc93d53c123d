"""Promise a date, follow its moves, close it."""
