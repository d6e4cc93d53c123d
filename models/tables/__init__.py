"""Tables of the record: one import gives the whole metadata (migrations, tests)."""

from models.tables.absence import Absence, Snooze
from models.tables.acceptance import Claim, Criterion, CriterionVerdict, FollowUp
from models.tables.attempt import AttemptOutsideRight
from models.tables.base import Base
from models.tables.board_maker import BoardMaker
from models.tables.channel import Channel
from models.tables.commitment import Commitment, CommitmentMove
from models.tables.decision import Decision
from models.tables.departure import Departure
from models.tables.history import HistoryEvent
from models.tables.pace import Pace
from models.tables.person_access import PersonAccess
from models.tables.post import Post
from models.tables.question import Question
from models.tables.reference import Reference
from models.tables.rights import RightsVersion
from models.tables.rights_change import RightsChange
from models.tables.search_index import DecisionWords
from models.tables.settlement import Settlement
from models.tables.taken_request import TakenRequest
from models.tables.timer import Timer
from models.tables.tradeoff import ImpactStatement, Signature
from models.tables.workspace import Workspace

__all__ = [
    "Absence",
    "AttemptOutsideRight",
    "Base",
    "BoardMaker",
    "Channel",
    "Claim",
    "Commitment",
    "CommitmentMove",
    "Criterion",
    "CriterionVerdict",
    "Decision",
    "DecisionWords",
    "Departure",
    "FollowUp",
    "HistoryEvent",
    "ImpactStatement",
    "Pace",
    "PersonAccess",
    "Post",
    "Question",
    "Reference",
    "RightsChange",
    "RightsVersion",
    "Settlement",
    "Signature",
    "Snooze",
    "TakenRequest",
    "Timer",
    "Workspace",
]
