from .action import ActionIndicator, ActionObjective, ActionOutput, ActionPage
from .parts import PlanBody, PlanMilestone, PlanObstacle, PlanPart, PlanResult
from .plan import PlanKind, PlanPage
from .progress import Status

__all__ = [
    "ActionIndicator",
    "ActionObjective",
    "ActionOutput",
    "ActionPage",
    "PlanBody",
    "PlanKind",
    "PlanMilestone",
    "PlanObstacle",
    "PlanPage",
    "PlanPart",
    "PlanResult",
    "Status",
]
