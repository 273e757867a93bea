from .pages import ConsultationPage
from .parts import ConsultationMeeting, ConsultationQuestion, ConsultationResult

__all__ = [
    "ConsultationMeeting",
    "ConsultationPage",
    "ConsultationQuestion",
    "ConsultationResult",
]
