"""A small Slack: workspace, Web API, deliveries, people who act."""
