from .contact import Contact
from .documents import CustomDocument, DocumentPage
from .images import CustomImage, Rendition
from .pages import BasePage, HomePage, SectionPage

__all__ = [
    "BasePage",
    "Contact",
    "CustomDocument",
    "CustomImage",
    "DocumentPage",
    "HomePage",
    "Rendition",
    "SectionPage",
]
