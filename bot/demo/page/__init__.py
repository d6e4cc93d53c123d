"""The demo workspace in a browser: a visitor acts as any of its people.

Importing this package loads NiceGUI.
"""

from bot.demo.page.mount import Page, mount_page
from bot.demo.page.progress import Hint

__all__ = ["Hint", "Page", "mount_page"]
