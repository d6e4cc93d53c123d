"""Rights of a channel in words: the table, its post in the channel, and the welcome."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Block, Message, Reply
from handlers.holders import delegates_outside, rights_here
from handlers.requests import Click, Command, Request
from handlers.rights import differences, new_holders, pending
from handlers.ui import blocks, cutting, phrases
from handlers.ui.phrases import WEEKDAYS
from models.mrkdwn import day, escaped, number, where, who
from models.reads import lookups
from models.refusals.place import NotATeamChannel
from models.refusals.refused import either, nobody_acts_for, without
from models.rules import Decider, Kind, Role
from models.tables.absence import current_absences
from models.tables.attempt import attempts_outside_rights
from models.tables.post import Post
from models.tables.rights import RightsVersion
from models.tables.rights_change import change_that_became
from models.verbs.routing import seat_of, sponsor_seat
from models.words import Words
from models.working_time import WEEKS, country_after_of

ATTEMPTS_SINCE = timedelta(days=365)
# A message's `text` repeats the reason up to this width (`cutting.fitted`).
SAID = 1000


def show(command: Command, session: Session) -> Answer:
    """Answer `/tradeoff rights` with who decides what, and with the change that waits, if any."""
    if command.place.is_direct:
        raise NotATeamChannel("run `/tradeoff rights`")
    rights = rights_here(command, session)
    message = _rights_today(command, session, rights)
    waits = pending.waiting(session, rights, command.user, command.at)
    tried = attempts_outside_rights(session, rights.channel_id, command.at - ATTEMPTS_SINCE)
    counted = attempts_in_words(tried, rights.words)
    shown = [*message.blocks, *(waits.blocks if waits else [])]
    shown += [blocks.context(counted)] if counted else []
    shown.append(_changes(rights, command.user))
    words = [message.text, waits.text if waits else "", counted]
    return Reply(Message(phrases.limited(" ".join(filter(None, words))), shown))


def _rights_today(request: Request, session: Session, rights: RightsVersion) -> Message:
    """Build the table in words, and say below it who acts for people who cannot act today."""
    table, instead = rights_in_words(rights), _instead(request, session, rights)
    if not instead:
        return table
    return Message(
        phrases.limited(f"{table.text} {instead}"), [*table.blocks, blocks.section(instead)]
    )


def _instead(request: Request, session: Session, rights: RightsVersion) -> str:
    """Say who acts now for people who are away or have left Slack, and who cannot see the channel.

    Return an empty text if there is nobody of this kind.
    """
    workspace_id, editors = rights.channel.workspace_id, rights.editors
    absences = current_absences(session, workspace_id, request.at, *editors)
    gone = rights.gone_editors
    outside = delegates_outside(request, session, rights)
    holders = dict.fromkeys(rights.role_holders)
    seats = [seat_of(person, absences, rights.sponsor, gone, outside) for person in holders]
    if rights.sponsor not in holders:
        seats += filter(None, [sponsor_seat(rights, absences, (), gone, outside)])
    said = [
        f"{who(seat.person)} acts for {who(seat.on_behalf_of)}, {seat.because}."
        for seat in seats
        if seat.on_behalf_of
    ]
    replaced = {seat.on_behalf_of for seat in seats}
    said += [
        f"{who(person)} is away until {day(absences[person].until)}, and nobody acts for them "
        "here: what is theirs waits."
        for person in editors
        if person in absences and person not in {*replaced, *gone}
    ]
    said += [nobody_acts_for([person]) for person in gone if person not in replaced]
    outsiders = access.outsiders(request, rights.channel.slack_id, editors) - {*gone}
    said += [
        f"{who(person)} is not in this channel, and sees none of its decisions: invite them, so "
        "that they act or let somebody else act for them."
        for person in editors
        if person in outsiders
    ]
    return " ".join(said)


def _changes(rights: RightsVersion, person: str) -> Block:
    """Build the buttons that change the rights; tell a person who may not change them who may.

    If role holders and sponsor have all left Slack, everybody gets the buttons, and the click is
    checked.
    """
    here = without(rights.gone_editors, rights.editors)
    if here and person not in here:
        return blocks.context(f"{either(here)} can change this.")
    channel = rights.channel.slack_id
    return blocks.actions(
        blocks.button("Change people or window", "rights.edit", channel),
        blocks.button("Change who decides", "rights.edit_table", channel),
        blocks.button("Change reminders and digest", "rights.edit_rhythm", channel),
    )


def whole(click: Click, session: Session) -> Answer:
    """Show the whole table as it is today, from the button below the message about a change."""
    subjects.readable_channel(click, session, click.value, anew=True)
    rights = lookups.require_rights(session, click.workspace, click.value)
    return Reply(_rights_today(click, session, rights))


def attempts_in_words(attempts: list[tuple[int, int, Kind, int]], words: Words) -> str:
    """Say how often people without the right tried to decide, per kind and month, without names.

    Empty if nobody did.
    """
    months: dict[str, list[str]] = {}
    for year, month, kind, count in attempts:
        counts = months.setdefault(f"{date(year, month, 1):%B %Y}", [])
        counts.append(f"{words.kind(kind)} {count}")
    if not months:
        return ""
    counted = "; ".join(f"{month}: {', '.join(kinds)}" for month, kinds in months.items())
    return (
        f"Attempts outside the right. {counted}. They can mean that this table and practice differ."
    )


def rights_in_words(rights: RightsVersion) -> Message:
    """Say who decides what: each role alone, both together, the sponsor; then the settings."""
    first = f"Who decides in {where(rights.channel.slack_id)} (rights v{rights.number})"
    groups = [(head, kinds) for head, kinds in _groups(rights) if kinds]
    shown: list[Block] = [blocks.section(f"*{first}*")]
    shown += [
        blocks.section("\n".join([f"*{head}*", *(f"• {kind}" for kind in kinds)]))
        for head, kinds in groups
    ]
    not_used = _not_used(rights)
    shown += [blocks.section(not_used)] if not_used else []
    shown += [blocks.section(_sponsor(rights)), blocks.context(_window(rights))]
    said = [f"{head}: {'; '.join(kinds)}." for head, kinds in groups]
    said += [not_used.replace("*", "")] if not_used else []
    sponsor = _sponsor(rights).replace("*", "")
    words = [f"{first}.", *said, sponsor, _working_days(rights)]
    return Message(phrases.limited(" ".join(words)), shown)


def _groups(rights: RightsVersion) -> list[tuple[str, list[str]]]:
    """Return the kinds in groups, by who decides them: a heading, and a line for each kind."""
    words = rights.words
    heads = {
        Decider(role.value): f"{who(rights.holder_of(role))}, {words.role(role)}, decides"
        for role in Role
    } | {
        Decider.JOINT: "Both sign" if not rights.same_person else "Both roles, one person, sign",
    }
    return [
        (
            head,
            [_kind(kind, rights) for kind in rights.kinds if _decides(rights, kind) is decider],
        )
        for decider, head in heads.items()
    ]


def _decides(rights: RightsVersion, kind: Kind) -> Decider | None:
    return rights.table[kind].decides if kind in rights.table else None


def _kind(kind: Kind, rights: RightsVersion) -> str:
    right, words = rights.table[kind], rights.words
    said = f"{phrases.capital(words.kind(kind))} ({kind.meaning})"
    if not right.impact_first:
        return said
    return f"{said}, after the {words.role(right.decides.asked_for_impact)}'s impact"


def _not_used(rights: RightsVersion) -> str:
    """Say which kinds are switched off here; empty if none is."""
    words = rights.words
    kinds = [words.kind(kind) for kind in Kind if kind not in rights.kinds]
    if not kinds:
        return ""
    these = "this kind" if len(kinds) == 1 else "these kinds"
    said = f"*Not used here*: {', '.join(kinds)}. Nothing new of {these} can be raised."
    if Kind.COMMITMENT in rights.kinds:
        return said
    right = rights.table[Kind.COMMITMENT]
    signs = (
        "both sign it"
        if right.decides is Decider.JOINT
        else f"the {words.role(right.decides.roles[0])} signs it"
    )
    return f"{said} A tradeoff of another kind may still move a commitment: {signs}."


def _sponsor(rights: RightsVersion) -> str:
    if not rights.sponsor:
        return f"*No {rights.words.sponsor}*: nobody else decides what waits past its date."
    grace = number(rights.grace_days, "working day")
    return (
        f"*{who(rights.sponsor)}, {rights.words.sponsor}*, may decide what nobody has decided "
        f"{grace} past its date."
    )


def _window(rights: RightsVersion) -> str:
    said = [
        f"Impact is stated within {number(rights.impact_days, 'working day')}; after that the "
        "holder may decide without it.",
        "" if rights.reminds else differences.WHEN_OFF["reminds"],
        "" if rights.confirms else differences.WHEN_OFF["confirms"],
        _working_days(rights),
        f"Times are in {rights.time_zone}.",
    ]
    if rights.digest_weekday is not None:
        said.insert(
            2,
            f"The digest comes on {WEEKDAYS[rights.digest_weekday]}s at "
            f"{rights.digest_hour:02d}:00.",
        )
    return " ".join(filter(None, said))


def _working_days(rights: RightsVersion) -> str:
    calendar = rights.calendar
    but = (
        f", but for the public holidays of {country_after_of(calendar.country)}"
        if calendar.country
        else ""
    )
    return f"Working days are {WEEKS[calendar.week]}{but}."


def rights_post(post: Post, session: Session) -> Message:
    """Tell the channel of a new version, or tell a person who got a seat with it."""
    assert post.rights_version_id
    version = lookups.rights_version(session, post.rights_version_id)
    if post.person:
        return new_holders.message(version, post.person)
    change = change_that_became(session, version.channel_id, version.number)
    how = pending.how_it_ended(change) if change else ""
    if keep := (post.args or {}).get("keep"):
        people = " and ".join(map(who, keep))
        how = f"{how} What was open before stays with {people}.".strip()
    return rights_message(version, lookups.rights_before(session, version), how)


def rights_message(
    rights: RightsVersion, before: RightsVersion | None, confirmed: str = ""
) -> Message:
    """Say who made this version, why, and what it changes. Show a first version in full."""
    if before is None:
        first = (
            f"{who(rights.author)} set this channel up: from now on everyone can see "
            f"who decides what (rights v{rights.number})."
        )
        shown = [blocks.section(first), *rights_in_words(rights).blocks[1:]]
        return Message(f"{first} {_people(rights)}", shown)
    part = "who decides" if _decide_otherwise(before, rights) else "the settings"
    first = f"{who(rights.author)} changed {part} here: rights v{rights.number}."
    if rights.author not in before.editors:
        first += " They hold no role here: everyone who did has left Slack."
    # Earlier releases made versions that changed nothing.
    lines = differences.differences(before, rights) or ["Nothing is different."]
    button = blocks.button("Show all rights", "rights.whole", rights.channel.slack_id)
    shown = [
        blocks.section(first),
        blocks.section("\n".join(f"• {line}" for line in lines)),
        blocks.quote(rights.reason),
        *([blocks.context(confirmed)] if confirmed else []),
        blocks.actions(button),
    ]
    why = f"Why: {escaped(cutting.fitted(rights.reason, SAID))}"
    text = f"{' '.join([first, *lines, why])}\n{confirmed}".strip()
    return Message(phrases.limited(text), shown)


def _decide_otherwise(before: RightsVersion, after: RightsVersion) -> bool:
    """Return True if role holders, sponsor, table or used kinds are different."""
    seats = ("product_owner", "project_manager", "sponsor")
    return (
        any(getattr(before, seat) != getattr(after, seat) for seat in seats)
        or before.kinds != after.kinds
        or dict(before.table) != dict(after.table)
    )


def welcome(post: Post) -> Message:
    """Greet a channel that the bot was invited to: what it is for, and the button to set it up.

    Once the channel is set up, say how to raise something instead.
    """
    words = post.channel.words
    first = (
        "Hello. I make tradeoff decisions visible: who may decide, what it costs, and what "
        "was decided."
    )
    if post.channel.rights_number:
        step = "Anyone can run `/tradeoff` here; `/tradeoff rights` says who decides what."
        return Message(f"{first} {step}", [blocks.section(f"{first}\n{step}")])
    step = (
        f"First say who is {' and who is '.join(map(words.role, Role))} here. After that anyone "
        "can run `/tradeoff`."
    )
    return Message(
        f"{first} {step}",
        [
            blocks.section(f"{first}\n{step}"),
            blocks.actions(
                blocks.button(
                    "Set up this channel", "rights.edit", post.channel.slack_id, style="primary"
                )
            ),
        ],
    )


def _people(rights: RightsVersion) -> str:
    words = rights.words
    held = [f"{who(rights.holder_of(role))} is {words.role(role)}" for role in Role]
    people = "; ".join(held)
    if rights.same_person:
        people = f"{who(rights.product_owner)} is both {words.roles(Role)}"
    sponsor = f" {who(rights.sponsor)} is {words.sponsor}." if rights.sponsor else ""
    return f"{people}.{sponsor}"
