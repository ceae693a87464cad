"""What a model handed in, read, mended, grounded."""

from agents.backends.answers.grounding import grounded
from agents.backends.answers.reading import answer_schema, keep_cut_answer, read_answer, read_as

__all__ = ["answer_schema", "grounded", "keep_cut_answer", "read_answer", "read_as"]
