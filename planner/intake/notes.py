"""What intake reports beside the request: what it understood, assumed and could not read."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.errors import FieldProblem
from agents.request import Frozen
from agents.text import Line

GIVEN = "given as an option"


class Note(Frozen):
    """One field of the request: what it became, and the words or the reason behind it."""

    field: str
    value: Line
    words: Line


@dataclass
class Log:
    """Gathers notes and problems while the readers work."""

    understood: list[Note] = field(default_factory=list)
    assumed: list[Note] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)

    def saw(self, field: str, value: object, words: str) -> None:
        self.understood.append(Note(field=field, value=str(value), words=words or GIVEN))

    def forget(self, field: str, *, only: str = "", but: str = "") -> None:
        """Drops what the words said of a field: all of it, one value only, or all but one value."""

        def stays(note: Note) -> bool:
            dropped = note.value == only if only else note.value != but
            return note.field != field or not dropped

        self.understood = [note for note in self.understood if stays(note)]
        self.assumed = [note for note in self.assumed if stays(note)]
        if not only:
            self.problems = [problem for problem in self.problems if problem.field != field]

    def assume(self, field: str, value: object, why: str) -> None:
        self.assumed.append(Note(field=field, value=str(value), words=why))

    def miss(self, words: str) -> None:
        if words and words not in self.unread:
            self.unread.append(words)

    def object_to(self, field: str, message: str) -> None:
        self.problems.append(FieldProblem(field, message))
