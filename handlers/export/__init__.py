"""Export decisions as CSV, JSON or Markdown."""
