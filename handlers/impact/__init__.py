"""Impact: state what a decision costs, and review the forecast."""
