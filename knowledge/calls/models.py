from .pages import CallPage
from .window import State

__all__ = ["CallPage", "State"]
