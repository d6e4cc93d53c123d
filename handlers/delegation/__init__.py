"""Delegation: leaves, hand-overs of one decision, and departures from Slack."""
