"""The board: a signed link to a page for people outside Slack."""
