from .chapters import GuideChapter
from .pages import GuidePage

__all__ = ["GuideChapter", "GuidePage"]
