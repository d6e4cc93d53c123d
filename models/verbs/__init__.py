"""What can happen to a decision: check the rules, change rows, append history."""
