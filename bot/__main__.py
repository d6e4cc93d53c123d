"""Entry point of `python -m bot`, which is the same as `tradeoff`."""

from bot.cli import main

main()
