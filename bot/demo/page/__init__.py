"""The demo workspace in a browser: one person acts as anyone in it.

Importing this loads NiceGUI.
"""

from bot.demo.page.mount import Page, mount_page
from bot.demo.page.progress import Hint

__all__ = ["Hint", "Page", "mount_page"]
