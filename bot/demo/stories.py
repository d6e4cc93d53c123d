"""What the demo's people did in the last six weeks. Data only; `seed.py` plays it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Option = tuple[str, str, str]


@dataclass(frozen=True)
class Step:
    """One act, so many working days ago at this time of day. `card` names the decision it is about."""

    days_ago: int
    at: str
    who: str
    verb: str
    where: str = "checkout"
    text: str = ""
    card: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


def says(days_ago: int, at: str, who: str, text: str, where: str = "checkout") -> Step:
    return Step(days_ago, at, who, "says", where, text)


def replies(days_ago: int, at: str, who: str, card: str, text: str, where: str = "checkout") -> Step:
    return Step(days_ago, at, who, "replies", where, text, card)


def raises(
    days_ago: int, at: str, who: str, card: str, kind: str, title: str, why: str, *options: Option,
    where: str = "checkout", due_in: int | None = None, consulted: tuple[str, ...] = (),
) -> Step:  # fmt: skip
    fields = {"kind": kind, "why_now": why, "due_in": due_in, "consulted": list(consulted)}
    return Step(days_ago, at, who, "raises", where, title, card, fields, options)


def impact(
    days_ago: int, at: str, who: str, card: str, days: int, displaces: str, risk: str, confidence: str = "medium"
) -> Step:
    fields = {"days": days, "displaces": displaces, "risk": risk, "confidence": confidence}
    return Step(days_ago, at, who, "presses", text="State impact", card=card, fields=fields)


def approves(days_ago: int, at: str, who: str, card: str, option: str | None, why: str) -> Step:
    fields = {"reason": why} | ({"option": option} if option else {})
    return Step(days_ago, at, who, "presses", text="Approve", card=card, fields=fields)


def presses(days_ago: int, at: str, who: str, card: str, button: str, **fields: Any) -> Step:
    return Step(days_ago, at, who, "presses", text=button, card=card, fields=fields)


def claims(
    days_ago: int, at: str, who: str, card: str, item: str, evidence: str, *criteria: str, where: str = "checkout"
) -> Step:
    fields = {"evidence": evidence, "criteria": "\n".join(criteria)}
    return Step(days_ago, at, who, "claims", where, item, card, fields)


def sets_up(days_ago: int, at: str, who: str, where: str, po: str, pm: str, sponsor: str | None = None) -> Step:
    fields = {"product_owner": po, "project_manager": pm, "sponsor": sponsor}
    return Step(days_ago, at, who, "sets_up", where, fields=fields)


STEPS: tuple[Step, ...] = (
    # Set-up
    Step(30, "09:00", "Alice", "invites", "checkout"),
    sets_up(30, "09:10", "Alice", "checkout", "alice", "bob", "sam"),
    sets_up(29, "10:00", "Dana", "mobile", "dana", "dana", "sam"),
    sets_up(28, "11:00", "Sam", "payments-private", "alice", "bob", "sam"),
    sets_up(27, "11:00", "Bob", "partners", "alice", "bob"),
    Step(3, "09:05", "Erin", "invites", "search"),
    # #checkout
    says(30, "09:20", "Bob", "Good. Now at least we know whose call is whose."),
    raises(29, "10:15", "Erin", "guest", "requirements", "Guest checkout without an account",
           "One in three leaves at the sign-up step", ("Guest checkout", "About 4% more orders", "No order history for them"),
           ("Shorter sign-up", "About 1% more orders", "Still a step"), due_in=7),
    approves(28, "14:00", "Alice", "guest", "A. Guest checkout", "Orders come first; history can be claimed later by e-mail."),
    raises(28, "15:30", "Alice", "onepage", "priority", "One-page checkout before the refund work",
           "Cart tests show that it is our best lever", ("One-page first", "2–3% more orders", "Refunds wait two sprints"),
           ("Refunds first", "Fewer calls to support", "The lever waits"), due_in=10, consulted=("erin",)),
    replies(27, "09:40", "Erin", "onepage", "The address form is shared with accounts. It is more work than it looks."),
    impact(27, "11:20", "Bob", "onepage", 6, "Refund by e-mail", "Address form is shared with accounts", "high"),
    approves(26, "10:05", "Alice", "onepage", "A. One-page first", "Worth six days: support can live with today's refunds until then."),
    raises(25, "13:00", "Bob", "freeze", "schedule", "Freeze releases for the holiday weeks",
           "Last year a small release cost us a Saturday", ("Freeze from 10 Dec", "A calm peak", "Fixes need an exception"),
           ("No freeze", "We can react", "Peak risk")),
    impact(24, "09:50", "Alice", "freeze", 0, "Two small experiments", "A late bug in vouchers would stay", "medium"),
    approves(24, "16:10", "Bob", "freeze", "A. Freeze from 10 Dec", "Peak revenue is not where we experiment."),
    raises(23, "11:00", "Erin", "voucher", "feature", "Vouchers: one per order or several",
           "The spring campaign wants to combine them", ("One per order", "Simple to explain", "Campaign must change"),
           ("Up to three", "Campaign as planned", "Rounding rules in four places"), due_in=14),
    # Nobody states the impact: the window lapses.
    approves(19, "10:30", "Alice", "voucher", "A. One per order", "The campaign can do with one; rounding in four places cannot be tested by March."),
    raises(22, "14:20", "Bob", "gateway", "risk", "Keep the old payment gateway as a fall-back",
           "The new one had two outages this month", ("Keep it until March", "Orders survive an outage", "Two integrations to patch"),
           ("Switch it off", "Less to maintain", "An outage stops orders")),
    approves(22, "16:00", "Bob", "gateway", "A. Keep it until March", "Two outages in four weeks is not a record to lean on."),
    raises(21, "10:00", "Erin", "dark", "priority", "Dark mode for checkout", "Asked for twice in the forum",
           ("Build it", "Some delight", "A week of design and tests"), ("Leave it", "None", "None")),
    presses(21, "12:15", "Erin", "dark", "Withdraw", reason="Two people asked. I should have looked at the numbers first."),
    raises(20, "09:30", "Sam", "status", "communication", "Tell partners about the new date in writing",
           "They plan their own launch around Beta", ("Written notice", "Clear for everyone", "Harder to change again"),
           ("In the weekly call", "Quick", "Heard differently by each"), consulted=("alice",)),
    presses(20, "10:00", "Gus", "status", "Approve"),
    approves(20, "11:10", "Bob", "status", "A. Written notice", "A date that others plan by belongs in writing."),
    claims(18, "15:00", "Erin", "a-guest", "Guest checkout", "Live for 5% of visitors since Monday; no errors in the log",
           "An order needs no account", "The receipt arrives within a minute", "Works with a keyboard alone"),
    Step(17, "10:20", "Alice", "presses", text="Send back", card="a-guest", fields={
        "criterion1": "met", "criterion2": "met", "criterion3": "not_met",
        "reason": "The address list cannot be reached with Tab. The rest is good."}),
    raises(17, "13:30", "Alice", "beta", "commitment", "Move Beta from 12 to 17 December",
           "Guest checkout came back, and keyboard access is not optional", ("Move to 17 Dec", "Beta is usable by everyone", "Partners wait five days"),
           ("Keep 12 Dec", "The date holds", "Beta without keyboard access"), due_in=5),
    impact(17, "16:40", "Bob", "beta", 5, "Load test week", "Partners' training is on the 15th", "high"),
    approves(16, "09:15", "Bob", "beta", "A. Move to 17 Dec", "Five days, said early, cost us less than a Beta that shuts people out."),
    approves(16, "11:45", "Alice", "beta", None, "Agreed. I tell the partners today."),
    says(16, "13:00", "Sam", "Thank you for the early word. The partners took it well."),
    Step(15, "10:00", "Bob", "changes_table", "checkout", fields={
        "kind": "communication", "decides": "joint", "impact_first": "no",
        "reason": "Partners heard two versions of one date. From now on we both sign what goes out."}),
    raises(14, "10:40", "Erin", "scope", "scope_control", "Leave gift wrapping out of Beta",
           "It is the last story, and the riskiest", ("Leave it out", "Beta stays small", "Gift shop waits until January"),
           ("Keep it in", "Gift shop is happy", "Three more days")),
    impact(14, "15:10", "Alice", "scope", -3, "Gift wrapping", "The gift shop may complain", "high"),
    presses(13, "09:20", "Bob", "scope", "Reject", reason="Marketing has printed it. We keep it in and cut the animation instead."),
    claims(12, "16:00", "Erin", "a-onepage", "One-page checkout", "Test run 412 is green; demo in Thursday's review",
           "Fits one screen on a phone", "Keeps what was typed after an error", "Loads in under two seconds"),
    Step(11, "11:30", "Alice", "presses", text="Accept with follow-ups", card="a-onepage", fields={
        "criterion1": "met", "criterion2": "met", "criterion3": "not_met",
        "reason": "Good enough to ship; 2.4 seconds on a slow line can follow."},
        more={"follow_up1_what": "Bring the slow-line load under two seconds", "follow_up1_owner": "erin", "due_in": 14}),
    raises(10, "09:45", "Erin", "fonts", "priority", "Host the web fonts ourselves", "They block the first paint",
           ("Host them", "0.4 s faster", "One day"), ("Leave them", "None", "Stays slow")),
    impact(7, "14:00", "Bob", "fonts", 1, "Nothing that is promised", "None that I see", "high"),
    approves(6, "10:10", "Alice", "fonts", "A. Host them", "One day for 0.4 seconds is the best trade of the month."),
    claims(5, "15:20", "Erin", "a-guest2", "Guest checkout, with keyboard access", "Recorded run with Tab and Enter only",
           "The address list works with a keyboard", "Screen reader says each step"),
    Step(4, "10:00", "Alice", "presses", text="Accept", card="a-guest2", fields={
        "criterion1": "met", "criterion2": "waived", "reason": "Exactly what was missing."},
        more={"waiver2": "The audit in January covers it for all pages"}),
    raises(3, "11:15", "Bob", "contractor", "resources", "A contractor for the voucher rules",
           "Erin is alone on it until February", ("Six weeks of help", "March becomes realistic", "About a third of the budget left"),
           ("Do without", "Budget stays", "March is a hope"), due_in=9),
    impact(2, "09:30", "Alice", "contractor", -8, "The accessibility audit", "Someone must show them around", "low"),
    raises(2, "13:40", "Erin", "wallet", "priority", "Show wallets above the card form",
           "Two thirds of our visitors are on a phone", ("Wallets first", "Fewer abandoned carts", "Card users scroll"),
           ("Card first", "As today", "As today"), due_in=6, consulted=("sam",)),
    impact(1, "10:30", "Bob", "wallet", 2, "Copy review", "Two layouts to test until we know", "medium"),
    replies(1, "11:05", "Sam", "wallet", "For what it is worth: our partners see the same on phones."),
    presses(1, "11:30", "Erin", "wallet", "Approve"),
    claims(1, "14:10", "Erin", "a-fonts", "Web fonts from our own server", "First paint 1.1 s, was 1.5 s; measured on ten pages",
           "No request leaves our domain for fonts", "First paint under 1.2 s"),
    raises(1, "15:45", "Erin", "address", "feature", "Address look-up while typing",
           "Wrong addresses cost us forty parcels a week", ("Paid service", "Nearly no wrong addresses", "A monthly fee"),
           ("Our own list", "Half of them", "Two weeks of work"), ("Leave it", "None", "Forty parcels a week"), due_in=8),
    raises(1, "16:30", "Alice", "notice", "communication", "Announce wallets on the status page",
           "Support is asked every day", ("Announce a month", "Fewer calls", "A promise we must keep"),
           ("Say nothing yet", "Free to move", "Calls go on"), due_in=5),
    approves(1, "16:50", "Bob", "notice", "A. Announce a month", "A month is a promise that I can plan for."),
    # #mobile: Dana holds both roles
    raises(20, "14:00", "Erin", "m-login", "priority", "Face login in the next release", "Half of all support calls are passwords",
           ("Next release", "Fewer calls", "Push messages wait"), ("After push messages", "Marketing is happy", "Calls stay"), where="mobile"),
    impact(19, "15:00", "Dana", "m-login", 4, "Push messages", "Old phones need the password anyway", "medium"),
    approves(19, "15:30", "Dana", "m-login", "A. Next release", "Calls cost us every day; push messages do not."),
    claims(8, "12:00", "Erin", "m-accept", "Face login", "In the test app since Friday; eleven people use it",
           "Works offline", "Falls back to the password", where="mobile"),
    Step(7, "10:30", "Dana", "presses", text="Accept", card="m-accept", fields={"reason": "Used it all week."}),
    raises(2, "15:00", "Erin", "m-size", "schedule", "Make the app smaller before the next feature",
           "It grew past 100 MB, and updates now wait for wireless", ("Smaller first", "Updates arrive", "One sprint"),
           ("Feature first", "Something to show", "Updates keep waiting"), where="mobile"),
    # #payments-private and #partners
    raises(18, "11:00", "Sam", "p-fee", "resources", "Sign the two-year fee contract", "The offer ends this month",
           ("Two years", "0.2% less per order", "No way out before then"), ("One year", "Free to move", "0.2% more"), where="payments-private"),
    impact(17, "10:00", "Alice", "p-fee", 0, "Nothing", "We may want another wallet next year", "low"),
    presses(16, "15:00", "Bob", "p-fee", "Reject", reason="Two years is longer than we can see. We ask for an exit after one."),
    says(9, "10:00", "Olga", "Our sandbox is down on Thursday from 9 to 11.", "partners"),
    raises(9, "10:30", "Bob", "o-sandbox", "risk", "Move Thursday's integration test", "The partner's sandbox is down that morning",
           ("Test in the afternoon", "Same day", "Two people work late"), ("Test on Friday", "Calm", "One day later"), where="partners"),
    presses(9, "11:00", "Olga", "o-sandbox", "Approve"),
    approves(9, "11:20", "Bob", "o-sandbox", "A. Test in the afternoon", "One late day is better than a late week."),
)  # fmt: skip
