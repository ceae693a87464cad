"""The whole task in one conversation with tools: words out, calls back, until it is handed in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Generic

import anyio
from pydantic_core import to_json

from agents.agent import Agent, Output, Task
from agents.backends.answers import answer_schema, keep_cut_answer, read_answer
from agents.backends.answers.contacts import without_contacts
from agents.backends.prompting import HAND_IN, brief_words, system_words, tool_schemas
from agents.backends.talking.answer import Answer, Call
from agents.backends.talking.calling import calls_in, value_in
from agents.backends.talking.lookups import TOO_LATE, Lookups
from agents.backends.talking.messages import Messages
from agents.backends.talking.request import Wanted
from agents.backends.talking.talk import Talk
from agents.cleaning import clean_line
from agents.errors import Declined, InvalidOutput
from agents.events import AnswerRefused, Emit

MOST_FEEDBACK = 3
"""So often a model is told what is wrong with its answer."""
SHARE, SHARE_OF_THE_PROMISING = 0.5, 0.75
"""Of an agent's requests and seconds, where something else may be tried after this way: the larger
one as long as the model looks things up and nothing of it was refused."""


@lru_cache(maxsize=64)
def wanted(agent: Agent[Any]) -> tuple[Wanted, Wanted]:
    """Any call of the agent's tools, and the final one; their schemas are written once."""
    final = {
        "name": HAND_IN,
        "description": "Hand in the whole answer.",
        "parameters": answer_schema(agent.output),  # type: ignore[arg-type]  # mypy doubts that a type can be hashed
    }
    functions = (*tool_schemas(agent), final)
    written = [to_json({"type": "function", "function": f}) for f in functions]
    tools, only = b"[" + b",".join(written) + b"]", b"[" + written[-1] + b"]"
    return Wanted(tools), Wanted(tools, final=HAND_IN, final_tool=only)


def declined(talk: Talk, answer: Answer) -> Declined | None:
    """Why there is no answer, when the model or a filter would not give one."""
    who = f"{talk.line.server.name}: {talk.line.model!r}"
    if answer.refusal or answer.finish == "refusal":
        said = clean_line(without_contacts(answer.refusal or answer.text), 200)
        return Declined(f"{who} refused: “{said}”; say it in other words, or take another model")
    if answer.finish == "content_filter":
        return Declined(
            f"{who} was stopped by a content filter; say it in other words, or take another model"
        )
    return None


class Conversation(Generic[Output]):
    """One agent's task, from its first request to its answer."""

    def __init__(
        self, talk: Talk, task: Task[Output], emit: Emit, *, keeps_back: bool = False
    ) -> None:
        """`keeps_back` leaves a part of the limits for another way."""
        self._talk, self._task, self._emit = talk, task, emit
        self._allowance, self._keeps_back = talk.allowance, keeps_back
        self._messages = Messages(talk.line.server.dialect.bridge)
        self._lookups = Lookups(task)
        self._looked_up = 0
        self._feedback = self._nudges = self._cuts = self._shortenings = 0

    async def carry_out(self) -> Output:
        """The output. Raises InvalidOutput when the model does not get it right in this way, and
        LimitReached when its share of the limits is used up."""
        with anyio.CancelScope() as scope:
            return await self._carried_out(scope)
        raise self._allowance.share_used_up()

    async def _carried_out(self, scope: anyio.CancelScope) -> Output:
        any_call, final_call = wanted(self._task.agent)
        self._messages.say("system", system_words(self._task.agent))
        self._messages.say("user", brief_words(self._task.brief))
        while True:
            if self._keeps_back:
                self._allowance.share = SHARE_OF_THE_PROMISING if self._promising else SHARE
                scope.deadline = self._allowance.deadline
            why = self._allowance.why_last()
            if self._allowance.first_of_last:
                self._messages.say("user", f"{why} Call {HAND_IN} now, with what you have found.")
            answer = await self._talk.ask(self._messages, final_call if why else any_call)
            if self._messages.shortenings > self._shortenings:
                self._shortenings = self._messages.shortenings
                self._lookups.forget()
            output = await self._heard(answer, last=bool(why))
            if output is not None:
                return output
            if self._talk.spent is not None:
                raise self._talk.spent

    @property
    def _promising(self) -> bool:
        refused = self._feedback or self._nudges or self._cuts
        return bool(self._looked_up and self._lookups.something_new and not refused)

    @property
    def _who(self) -> str:
        return self._talk.who

    async def _heard(self, answer: Answer, last: bool) -> Output | None:
        """Work on an answer; the output, once there is one. Raises what ends the task."""
        if why := declined(self._talk, answer):
            raise why
        if not answer.calls:
            answer.calls = calls_in(answer.text, self._lookups.names)
            if not answer.calls:
                return self._said(answer)
            answer.text = ""
        self._nudges = 0
        return await self._called(answer, last)

    def _said(self, answer: Answer) -> Output | None:
        """Text in the place of a call: the answer itself, the beginning of it, or mere words."""
        value = value_in(answer.text)
        if value is not None:
            output, why = self._read(value)
            if output is not None:
                return output
        elif answer.finish == "length":
            why = self._cut_off(answer.text)
        else:
            why = self._nudge(answer)
        self._messages.add(answer.message())
        self._messages.say("user", why)
        return None

    async def _called(self, answer: Answer, last: bool) -> Output | None:
        """Answer all calls; what is handed in goes first."""
        written = [call.arguments for call in answer.calls]
        arguments = self._lookups.readable(answer)
        results: dict[int, str] = {}
        others: dict[int, tuple[Call, dict[str, Any] | None]] = {}
        for place, (call, given) in enumerate(zip(answer.calls, arguments, strict=True)):
            if call.name != HAND_IN:
                others[place] = (call, given)
            elif given is None and answer.finish == "length":
                results[place] = self._cut_off(written[place])
            else:
                if given is None:  # it may be cut off, whatever the server says of its end
                    keep_cut_answer(self._task, written[place])
                output, results[place] = self._read(written[place] if given is None else given)
                if output is not None:
                    return output
        if last:
            results |= dict.fromkeys(others, TOO_LATE)
        else:
            found = await self._lookups.answers(list(others.values()))
            self._looked_up += len(found)
            self._allowance.looked_up(anything_new=self._lookups.something_new)
            results |= zip(others, found, strict=True)
        self._messages.add(answer.message())
        for place, call in enumerate(answer.calls):
            self._messages.result(call.id, results[place])
        return None

    def _read(self, value: object) -> tuple[Output | None, str]:
        """The output, or what to tell the model. Raises InvalidOutput when it was told enough."""
        try:
            return read_answer(self._task, value), ""
        except InvalidOutput as error:
            self._emit(AnswerRefused(agent=self._task.name, reason=str(error)))
            self._feedback += 1
            if self._feedback > MOST_FEEDBACK:
                raise InvalidOutput(
                    f"{self._who} was told {MOST_FEEDBACK} times and its answer still does not "
                    f"hold: {error}; take another model"
                ) from error
            return None, f"Not taken: {error}\nMend this and call {HAND_IN} with the whole answer."

    def _cut_off(self, written: str) -> str:
        """Keep what is whole of an answer that was too long, and ask for a shorter one, once."""
        keep_cut_answer(self._task, written)
        self._cuts += 1
        if self._cuts > 1:
            raise InvalidOutput(
                f"{self._who} was cut off again at the most it may write; "
                "take a model that may write more, or ask for less"
            )
        self._talk.most_tokens *= 2
        self._emit(AnswerRefused(agent=self._task.name, reason="the answer was cut off: too long"))
        return f"Your answer was too long and was cut off. Call {HAND_IN} again with a shorter one."

    def _nudge(self, answer: Answer) -> str:
        """What to tell a model that neither calls nor answers, once."""
        self._nudges += 1
        empty = not answer.text.strip()
        if self._nudges > 1:
            how = "gives empty answers" if empty else "answers in words"
            raise InvalidOutput(f"{self._who} {how} and hands nothing in; take another model")
        reason = "an empty answer" if empty else "words in the place of an answer"
        self._emit(AnswerRefused(agent=self._task.name, reason=reason))
        return f"Call a tool, or call {HAND_IN} with the whole answer. Nothing else is read."
