"""A Slack small enough to read: the demo workspace, and the double that the tests run against."""
