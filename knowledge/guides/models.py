from .chapters import GuideChapter
from .pages import GuidePage
from .tools import GuideCheck, GuideTool

__all__ = ["GuideChapter", "GuideCheck", "GuidePage", "GuideTool"]
