"""The running process, which connects Slack with the record."""
