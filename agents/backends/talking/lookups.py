"""The calls that a model makes: read, made at once, and answered in their order."""

from __future__ import annotations

import re
from typing import Any

import anyio
from pydantic_core import from_json, to_json

from agents.agent import Task
from agents.backends.facts import facts_words
from agents.backends.prompting import HAND_IN
from agents.backends.talking.answer import Answer, Call, as_json
from agents.backends.talking.calling import arguments_in, name_among
from agents.errors import LimitReached, TripartiteError

_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")
AGAIN = "You have this already: the answer stands further up. Go on, or hand in."
TOO_LATE = "Not looked up: this was the last chance to hand in."
_NO_OBJECT = "the arguments are no JSON object; call again with an object as the schema says"


class Lookups:
    """Makes an agent's calls and remembers them."""

    def __init__(self, task: Task[Any]) -> None:
        self._task = task
        self.names = frozenset((*task.tools.tools, HAND_IN))
        """What may be called."""
        self._made: dict[tuple[str, str], str] = {}
        """What to tell of a call that comes again: that it was answered, or why it was not."""
        self._numbered = 0
        self.something_new = True
        """Whether the latest round had a call that was not made before."""

    def forget(self) -> None:
        """The answers are no longer at hand: the same may be asked again."""
        self._made.clear()

    def readable(self, answer: Answer) -> list[dict[str, Any] | None]:
        """The arguments of each call, None for what is no object. The calls are made such that
        any server takes them back: with ids, names and arguments as they should be."""
        ids: set[str] = set()
        read: list[dict[str, Any] | None] = []
        for call in answer.calls:
            if not call.id or call.id in ids:
                self._numbered += 1
                call.id = f"call{self._numbered:05d}"
            ids.add(call.id)
            call.name = _NO_NAME.sub("_", name_among(self.names, call.name))[:64]
            read.append(_arguments(call))
        return read

    async def answers(self, calls: list[tuple[Call, dict[str, Any] | None]]) -> list[str]:
        """What the tools returned, or why they did not, in the order of the calls. Raises whatever
        a tool raises that is no error of ours."""
        found = [""] * len(calls)
        broken: list[Exception] = []

        async def look_up(place: int, call: Call, arguments: dict[str, Any]) -> None:
            try:
                facts = await self._task.tools.call(call.name, arguments)
                found[place] = facts_words(facts)
            except LimitReached:
                found[place] = TOO_LATE
            except TripartiteError as error:
                found[place] = self._made[call.name, call.arguments] = _failed(str(error))
            except Exception as error:  # not as a group: whoever reads it wants the error itself
                broken.append(error)

        new: list[tuple[int, Call, dict[str, Any]]] = []
        for place, (call, arguments) in enumerate(calls):
            if arguments is None:
                found[place] = _failed(_NO_OBJECT)
            elif known := self._made.get((call.name, call.arguments)):
                found[place] = known
            else:
                self._made[call.name, call.arguments] = AGAIN
                new.append((place, call, arguments))
        self.something_new = bool(new) or not calls
        if len(new) == 1:
            await look_up(*new[0])
        elif new:
            async with anyio.create_task_group() as group:
                for one in new:
                    group.start_soon(look_up, *one)
        if broken:
            raise broken[0]
        return found


def _arguments(call: Call) -> dict[str, Any] | None:
    """The arguments of `call`, which has them as a plain object from now on."""
    try:
        plain = from_json(call.arguments)
    except ValueError:
        plain = None
    if isinstance(plain, dict):
        return plain
    arguments = arguments_in(call.arguments)
    call.arguments = as_json(arguments or {}).decode()
    return arguments


def _failed(why: str) -> str:
    return to_json({"error": why}).decode()
