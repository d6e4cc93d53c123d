"""A small Slack: `tradeoff demo` shows it in a browser, and the tests run the bot against it."""
