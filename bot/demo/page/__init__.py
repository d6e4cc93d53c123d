"""The demo workspace in a browser: one person acts as anyone in it.

Importing this loads NiceGUI.
"""

from bot.demo.page.hints import Hint
from bot.demo.page.mount import Page, mount_page

__all__ = ["Hint", "Page", "mount_page"]
