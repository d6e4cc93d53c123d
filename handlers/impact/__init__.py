"""State the impact of a decision, and review the forecast."""
