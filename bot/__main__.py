"""`python -m bot` is the same as `tradeoff`."""

from bot.cli import main

main()
