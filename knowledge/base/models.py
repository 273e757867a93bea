from .pages import KnowledgePage
from .relations import (
    PageAuthor,
    PageContact,
    PageDescriptor,
    PageDownload,
    PageFigure,
    PageFunding,
    PageIdentifier,
    PageOrganisation,
    PageRelated,
    PageTerritory,
    PageTestimonial,
    Role,
)
from .reminders import ReviewReminder
from .snippets import FundingStatement, KeyFigure, Testimonial

__all__ = [
    "FundingStatement",
    "KeyFigure",
    "KnowledgePage",
    "PageAuthor",
    "PageContact",
    "PageDescriptor",
    "PageDownload",
    "PageFigure",
    "PageFunding",
    "PageIdentifier",
    "PageOrganisation",
    "PageRelated",
    "PageTerritory",
    "PageTestimonial",
    "ReviewReminder",
    "Role",
    "Testimonial",
]
