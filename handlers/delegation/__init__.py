"""Go on leave, hand a decision over, leave Slack."""
