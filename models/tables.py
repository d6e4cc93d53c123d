"""Every table, so that one import gives the whole metadata (migrations, tests)."""

from models.acceptance import Claim, Criterion, CriterionVerdict, FollowUp
from models.attempt import AttemptOutsideRight
from models.base import Base
from models.channel import Channel
from models.decision import Decision
from models.history import HistoryEvent
from models.post import Post
from models.rights import RightsVersion
from models.timer import Timer
from models.tradeoff import ImpactStatement, Signature
from models.workspace import Workspace

__all__ = [
    "AttemptOutsideRight", "Base", "Channel", "Claim", "Criterion", "CriterionVerdict", "Decision",
    "FollowUp", "HistoryEvent", "ImpactStatement", "Post", "RightsVersion", "Signature",
    "Timer", "Workspace",
]  # fmt: skip
