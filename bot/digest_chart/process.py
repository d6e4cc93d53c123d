"""The digest's picture, from figures to a file in Slack.

If that fails, the digest is posted without a picture.
"""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import structlog
from slack_sdk.errors import SlackApiError

from bot import uploads
from bot.slack_client import MISSHAPEN, UNREACHABLE, SlackClient, error_name
from models.reads.trend import Trend

log = structlog.get_logger("picture")


async def uploaded(client: SlackClient, trend: Trend) -> str | None:
    """Draw the picture off the event loop and bring it to Slack.

    Return the id of the file; None if that failed.
    """
    try:
        png = await PAINTER.drawn(trend)
        file_id = await uploads.upload(client, None, "weeks.png", "The last weeks", png)
        return file_id if await uploads.until_ready(client, file_id) else None
    except SlackApiError as error:
        log.warning("no picture", error=error_name(error))
    except (*UNREACHABLE, *MISSHAPEN) as error:
        log.warning("no picture", error=type(error).__name__)
    return None


class Painter:
    """Separate process that draws pictures.

    A picture takes a tenth of a second, in which the bot's own process could answer nobody. A trend
    goes in and a picture comes out, each as one pickle. The process ends when its input ends. So it
    ends with the bot's process, however that ends.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = threading.Lock()
        # Pictures have a thread of their own. If they used asyncio's threads, look-ups of Slack's
        # addresses would wait for them.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="picture")

    async def drawn(self, trend: Trend) -> bytes:
        """Draw a trend as a PNG off the event loop, after those that were asked for before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.draw, trend)

    def start(self) -> subprocess.Popen[bytes]:
        """Return the process. Start it if there is none, or if it has died.

        Matplotlib takes seconds to load, and only this process loads it.
        """
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bot.digest_chart.drawing"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        return self._process

    def draw(self, trend: Trend) -> bytes:
        """Draw a trend as a PNG. Raise OSError if the process dies over it."""
        with self._busy:
            process = self.start()
            assert process.stdin
            assert process.stdout
            try:
                pickle.dump(trend, process.stdin)
                process.stdin.flush()
                return bytes(pickle.load(process.stdout))
            except (OSError, EOFError, pickle.UnpicklingError) as error:
                self.close()
                raise OSError("the process that draws has died") from error

    def close(self) -> None:
        """End the process now."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


PAINTER = Painter()
