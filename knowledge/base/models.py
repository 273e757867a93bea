from .pages import KnowledgePage
from .relations import PageAuthor, PageDescriptor, PageDownload, PageRelated

__all__ = ["KnowledgePage", "PageAuthor", "PageDescriptor", "PageDownload", "PageRelated"]
