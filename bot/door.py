"""Signed bodies of Slack's requests: some are refused unread, the others read within limits.

Until the signature is checked, anyone may have sent the request.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest
from slack_sdk.signature import SignatureVerifier

from bot.deadline import Deadline

LARGEST_BODY = 1_000_000
# Bodies up to this size are read at once, because the server has buffered them anyway. At most 16
# larger ones are read at the same time, which bounds the memory that strangers can fill.
SMALL_BODY, MOST_LARGE = 64_000, 16
# Slack's check of our certificate has no signature, so an unsigned body is read up to this size.
LARGEST_SSL_CHECK = 1_000
# Seconds by which Slack's clock and ours may differ.
CLOCKS_MAY_DIFFER = 300


class Unusable(Exception):
    """Request that is refused; `status` is the HTTP status of the answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Door:
    """Reader of bodies that Slack has signed."""

    def __init__(self, signing_secret: str) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._large = asyncio.Semaphore(MOST_LARGE)

    async def read(
        self, request: AsgiHttpRequest, headers: dict[str, Any], deadline: Deadline
    ) -> str | None:
        """Return the body; None if the request only checks our certificate. Raise Unusable."""
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > LARGEST_BODY:
            raise Unusable(413, "the body is too large")
        fault = self._fault(headers)
        if fault and not (length.isdecimal() and int(length[:20]) <= LARGEST_SSL_CHECK):
            raise Unusable(401, fault)
        try:
            async with asyncio.timeout(deadline.left()):
                body = await self._body(request)
        except TimeoutError:
            raise Unusable(408, "the body did not come in time") from None
        if body.startswith("ssl_check=1") or "&ssl_check=1" in body[:200]:
            return None
        if fault:
            raise Unusable(401, fault)
        stamp, signature = _stamp(headers), headers["x-slack-signature"]
        if not self._verifier.is_valid(body, stamp, signature):
            raise Unusable(401, "the signature is forged or stale")
        return body

    def _fault(self, headers: dict[str, Any]) -> str:
        """Return why these headers cannot belong to a request of Slack's; "" if they can."""
        stamp, signature = _stamp(headers), headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and signature.isascii()):
            return "no usable signature"
        if not signature.startswith("v0=") or len(signature) != 67:
            return "no usable signature"
        if abs(self._verifier.clock.now() - int(stamp)) > CLOCKS_MAY_DIFFER:
            return "the signature is forged or stale"
        return ""

    async def _body(self, request: AsgiHttpRequest) -> str:
        chunks = bytearray()
        async with contextlib.AsyncExitStack() as stack:
            while True:
                message = await request.receive()
                if message["type"] != "http.request":
                    raise Unusable(400, "the connection was closed half-way")
                was_small = len(chunks) <= SMALL_BODY
                chunks.extend(message.get("body", b""))
                if len(chunks) > LARGEST_BODY:
                    raise Unusable(413, "the body is too large")
                if not message.get("more_body"):
                    break
                if was_small and len(chunks) > SMALL_BODY:
                    await stack.enter_async_context(self._large)
        try:
            return chunks.decode()
        except UnicodeDecodeError:
            raise Unusable(400, "the body is not UTF-8") from None


def _stamp(headers: dict[str, Any]) -> str:
    return str(headers.get("x-slack-request-timestamp", ""))
