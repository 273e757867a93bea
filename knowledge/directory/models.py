from .organisations import Kind, OrganisationMember, OrganisationMission, OrganisationPage
from .people import PersonMandate, PersonPage, PersonReferent

__all__ = [
    "Kind",
    "OrganisationMember",
    "OrganisationMission",
    "OrganisationPage",
    "PersonMandate",
    "PersonPage",
    "PersonReferent",
]
