"""Slack's refusals, and what each means for a message.

A refusal by name means "not posted", except for Slack's own faults. See docs/reference/slack.md,
Rate limits and sending.
"""

from __future__ import annotations

from enum import Enum, auto

from slack_sdk.errors import SlackApiError

from bot.slack_client import error_name


class Meaning(Enum):
    """A refusal's meaning: what to do next."""

    TOO_FAST = auto()  # this method is not called again until Slack allows it
    NO_TOKEN = auto()  # an operator must act; the message is tried again now and then
    OWN_FAULT = auto()  # Slack failed; the message may have been posted
    DELETED = auto()  # the message is gone, and is posted once more
    THREAD_GONE = auto()  # the message that this one answers is gone
    FINAL = auto()  # each further try would be refused, until a person changes something
    UNFAMILIAR = auto()  # the message was not posted; final after a few tries


TOO_FAST = {"ratelimited", "rate_limited"}
NO_TOKEN = {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}
# "unknown": a proxy answered in Slack's place.
OWN_FAULTS = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "unknown"}
FINAL = {
    "access_denied",
    "cannot_dm_bot",
    "cannot_reply_to_message",
    "cant_update_message",
    "channel_is_frozen",
    "channel_is_limited_access",
    "channel_not_found",
    "edit_window_closed",
    "ekm_access_denied",
    "invalid_arguments",
    "invalid_blocks",
    "invalid_blocks_format",
    "is_archived",
    "is_inactive",
    "message_limit_exceeded",
    "messages_tab_disabled",
    "metadata_too_large",
    "missing_scope",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_permission",
    "no_text",
    "not_allowed_token_type",
    "not_in_channel",
    "org_login_required",
    "posting_to_channel_denied",
    "team_access_not_granted",
    "user_disabled",
    "user_not_found",
    # Of files (files.getUploadURLExternal).
    "file_type_not_allowed",
    "file_upload_size_restricted",
    "file_uploads_disabled",
    "file_uploads_except_images_disabled",
}


def meaning(error: SlackApiError) -> Meaning:
    """Return the meaning of this refusal."""
    name, status = error_name(error), getattr(error.response, "status_code", 0)
    if name in TOO_FAST or status == 429:
        return Meaning.TOO_FAST
    if name in OWN_FAULTS or status >= 500:
        return Meaning.OWN_FAULT
    if name in NO_TOKEN:
        return Meaning.NO_TOKEN
    if name == "message_not_found":
        return Meaning.DELETED
    if name == "thread_not_found":
        return Meaning.THREAD_GONE
    if name in FINAL or name.startswith("restricted_action"):
        return Meaning.FINAL
    return Meaning.UNFAMILIAR
