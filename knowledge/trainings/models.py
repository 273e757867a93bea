from .pages import TrainingPage
from .sessions import TrainingSession, TrainingSpeaker

__all__ = ["TrainingPage", "TrainingSession", "TrainingSpeaker"]
