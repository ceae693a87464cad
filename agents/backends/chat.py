"""Real models behind the seam, over chat completions: nearly every server speaks it.

A model with tools gets the whole task. One without, or one that gets nowhere so, gets it in small
steps, each with a schema of its own. What a server does differently stands in `dialects`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

from agents.agent import Output, Task
from agents.backends.answers import answer_schema, read_as
from agents.backends.prompting import step_words
from agents.backends.servers import faults
from agents.backends.servers.dialects import Server
from agents.backends.servers.patience import Patience
from agents.backends.talking.conversing import MOST_FEEDBACK, Conversation, declined
from agents.backends.talking.messages import Messages
from agents.backends.talking.request import Learned, Wanted
from agents.backends.talking.talk import Talk, ToolsRefused
from agents.backends.talking.wire import line_to
from agents.backends.worth import of_worth
from agents.errors import (
    BackendError,
    Declined,
    InvalidOutput,
    LimitReached,
    NotUsable,
    Unreachable,
)
from agents.events import AnswerRefused, ApproachChanged, Emit

DEFAULT_PATIENCE = Patience()
Small = TypeVar("Small", bound=BaseModel)


class ChatBackend:
    """Carries out a task by the model `model` at `server`. Nothing is read or opened before `run`."""

    def __init__(
        self,
        server: Server,
        model: str,
        *,
        key: str | None = None,
        effort: str | None = None,
        steps: Literal["auto", "whole", "small"] = "auto",
        stream: bool = True,
        patience: Patience = DEFAULT_PATIENCE,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = f"{server.name}:{model}"
        self._server = server
        self._key = key
        self._effort = effort
        self._steps = steps
        self._stream = stream
        self._environment = environment
        self._learned = Learned(server.dialect)
        self._model, self._patience = model, patience

    def __repr__(self) -> str:
        return f"ChatBackend({self.name!r})"

    def secrets(self) -> tuple[str, ...]:
        """What must not be shown: all that may be the key, and what stands in the URL."""
        environment = os.environ if self._environment is None else self._environment
        keys = (self._key, *(environment.get(name) for name in self._server.key_names))
        return (*(k.strip() for k in keys if k and k.strip()), *self._server.secrets)

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        line = await line_to(self._server, self._model, self._patience, self._found_key())
        talk = Talk(line, task, emit, self._learned, effort=self._effort, stream=self._stream)
        with talk.allowance.at_work():
            return await self._carried_out(talk, task, emit)

    async def _carried_out(self, talk: Talk, task: Task[Output], emit: Emit) -> Output:
        if not self._takes_the_whole():
            return await _in_steps(talk, task, emit)
        keeps_back = self._steps == "auto"
        try:
            return await Conversation(talk, task, emit, keeps_back=keeps_back).carry_out()
        except ToolsRefused as error:
            if not keeps_back:
                raise
            failed: BackendError = error
        except BackendError as error:
            if not keeps_back or of_worth(task.kept) or _settles(error, talk):
                raise
            failed = error
        talk.allowance.share = 1.0
        if talk.allowance.nearly_used_up():
            raise failed
        reason = f"{str(failed).rpartition('; ')[0] or failed}; on in small steps"
        emit(ApproachChanged(agent=task.name, reason=reason))
        try:
            return await _in_steps(talk, task, emit)
        except (InvalidOutput, LimitReached) as error:
            if isinstance(failed, ToolsRefused) or of_worth(task.kept):
                raise
            raise failed from error

    def _takes_the_whole(self) -> bool:
        if self._steps == "auto":
            return self._server.dialect.tools and not self._learned.no_tools
        return self._steps == "whole"

    def _found_key(self) -> str | None:
        """The key given, or the first in the environment. Raises NotUsable where one is needed."""
        environment = os.environ if self._environment is None else self._environment
        keys = (self._key, *(environment.get(name) for name in self._server.key_names))
        found = next((k.strip() for k in keys if k and k.strip()), None)
        if found is None and self._server.needs_key:
            raise faults.no_key(self._server)
        return found


def _settles(error: BackendError, talk: Talk) -> bool:
    """Whether every other way would end like that, as with a server that cannot be asked; not with
    one that was late only because a part of the time is kept back."""
    return isinstance(error, NotUsable | Unreachable | Declined) and not talk.line.cut_short


async def _in_steps(talk: Talk, task: Task[Output], emit: Emit) -> Output:
    from agents.backends.steps import in_steps

    return await in_steps(task, emit, _Question(talk, task, emit))


class _Question:
    """One small question at a time: how `in_steps` asks a model."""

    def __init__(self, talk: Talk, task: Task[Any], emit: Emit) -> None:
        self._talk, self._task, self._emit = talk, task, emit

    async def __call__(self, words: str, answer: type[Small]) -> Small:
        """The model's answer, told what is wrong with it a few times. Raises InvalidOutput."""
        schema = answer_schema(answer, strict=True)
        limited = answer_schema(answer, strict=True, limits=True)
        wanted = Wanted(shape=(answer.__name__.strip("_"), schema, limited))
        messages = Messages()
        messages.say("system", step_words(self._task.agent))
        messages.say(
            "user", f"{words}\nAnswer with JSON of this schema: {to_json(schema).decode()}"
        )
        for chance in range(MOST_FEEDBACK + 1):
            given = await self._talk.ask(messages, wanted)
            if why := declined(self._talk, given):
                raise why
            try:
                return read_as(answer, given.text)
            except InvalidOutput as error:
                refused = error
            cut = given.finish == "length"
            if cut:
                self._talk.most_tokens *= 2
            self._emit(AnswerRefused(agent=self._task.name, reason=str(refused)))
            if chance < MOST_FEEDBACK:
                given.calls = []  # there are no tools that could answer them
                messages.add(given.message())
                short = "It was too long and was cut off: make it shorter. " if cut else ""
                messages.say("user", f"{short}{refused}\nAnswer again with the whole JSON.")
        raise InvalidOutput(
            f"{self._talk.who} did not answer as asked: {refused}; take another model"
        ) from refused
