"""Proxies on the way to Slack, from the environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY.

Slack's SDK reads the first two by itself, but not NO_PROXY (python-slack-sdk#738). So every client
is given its proxy here.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.settings import BadSetting

# A WebSocket goes through the proxy of the web address that it belongs to.
WEB = {"ws": "http", "wss": "https"}


def proxy_for(url: str) -> str | None:
    """Return the proxy on the way to this address; None if there is none.

    Return None for this machine too. Raise BadSetting if the proxy is not an HTTP proxy.
    """
    address = urlsplit(url)
    host, proxies = address.hostname or "", getproxies_environment()
    scheme = WEB.get(address.scheme, address.scheme)
    # If only HTTP_PROXY is set, it counts for every address, as in the SDK.
    proxy = proxies.get(scheme) or proxies.get("http")
    if not proxy or _is_this_machine(host) or proxy_bypass(host):
        return None
    if "://" not in proxy:
        return f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise BadSetting(f"{scheme.upper()}_PROXY must begin with http:// or https://.")
    return proxy


def web_client(url: str, token: str, **options: Any) -> AsyncWebClient:
    """Return a client of the Web API at this address."""
    client = AsyncWebClient(token=token, base_url=url, **options)
    # The proxy is set afterwards: if the constructor is given None, it chooses one itself.
    client.proxy = proxy_for(url)
    return client


def webhook_client(url: str, session: ClientSession) -> AsyncWebhookClient:
    """Return a client of one response URL, on these connections. It does not retry."""
    client = AsyncWebhookClient(url, session=session, retry_handlers=[])
    client.proxy = proxy_for(url)
    return client


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
