"""Measurements of the bot beside a bare Bolt app, in one run: `make bench`."""
