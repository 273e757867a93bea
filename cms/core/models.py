from .documents import CustomDocument, DocumentPage
from .images import CustomImage, Rendition
from .pages import BasePage, HomePage, SectionPage

__all__ = [
    "BasePage",
    "CustomDocument",
    "CustomImage",
    "DocumentPage",
    "HomePage",
    "Rendition",
    "SectionPage",
]
