from .pages import ProjectPage, Status
from .parts import (
    FundingLine,
    ProjectAction,
    ProjectBeneficiary,
    ProjectOutput,
    ProjectPlace,
    ProjectResult,
)

__all__ = [
    "FundingLine",
    "ProjectAction",
    "ProjectBeneficiary",
    "ProjectOutput",
    "ProjectPage",
    "ProjectPlace",
    "ProjectResult",
    "Status",
]
