"""Record and rules: what is true, and what is allowed."""
