"""The running process: Slack on one side, the record on the other."""
