"""Delegation: go on leave, hand a decision over, leave Slack."""
