"""What people can do: what happened in Slack goes in, one answer comes out."""
