from cms.core.deadlines import State

from .pages import CallPage

__all__ = ["CallPage", "State"]
