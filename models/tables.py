"""Every table, so that one import gives the whole metadata (migrations, tests)."""

from models.absence import Absence, Snooze
from models.acceptance import Claim, Criterion, CriterionVerdict, FollowUp
from models.attempt import AttemptOutsideRight
from models.base import Base
from models.channel import Channel
from models.commitment import Commitment, CommitmentMove
from models.decision import Decision
from models.history import HistoryEvent
from models.post import Post
from models.question import Question
from models.rights import RightsVersion
from models.search_index import DecisionWords
from models.settlement import Settlement
from models.timer import Timer
from models.tradeoff import ImpactStatement, Signature
from models.workspace import Workspace

__all__ = [
    "Absence", "AttemptOutsideRight", "Base", "Channel", "Claim", "Commitment", "CommitmentMove", "Criterion",
    "CriterionVerdict", "Decision", "DecisionWords", "FollowUp", "HistoryEvent", "ImpactStatement", "Post", "Question",
    "RightsVersion", "Settlement", "Signature", "Snooze", "Timer", "Workspace",
]  # fmt: skip
