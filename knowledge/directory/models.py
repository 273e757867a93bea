from .mandates import PersonMandate, PersonReferent
from .members import OrganisationMember, OrganisationMission
from .organisations import Kind, OrganisationPage
from .people import PersonPage

__all__ = [
    "Kind",
    "OrganisationMember",
    "OrganisationMission",
    "OrganisationPage",
    "PersonMandate",
    "PersonPage",
    "PersonReferent",
]
