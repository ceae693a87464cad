"""A whole task in small questions, for models that are weak or servers that know no tools."""

from agents.backends.steps.questions import Ask
from agents.backends.steps.recipes import in_steps

__all__ = ["Ask", "in_steps"]
