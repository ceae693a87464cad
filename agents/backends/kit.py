"""What a backend of one's own may need: what to tell a model, how to read what it hands in."""

from agents.agent import Exchange, Output, Task
from agents.backends.answers import (
    answer_schema,
    grounded,
    keep_cut_answer,
    read_answer,
    read_as,
)
from agents.backends.base import Backend
from agents.backends.facts import facts_words
from agents.backends.prompting import HAND_IN, brief_words, system_words, tool_schemas
from agents.errors import BackendError, InvalidOutput
from agents.events import Emit

__all__ = [
    "HAND_IN",
    "Backend",
    "BackendError",
    "Emit",
    "Exchange",
    "InvalidOutput",
    "Output",
    "Task",
    "answer_schema",
    "brief_words",
    "facts_words",
    "grounded",
    "keep_cut_answer",
    "read_answer",
    "read_as",
    "system_words",
    "tool_schemas",
]
