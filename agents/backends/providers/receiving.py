"""One attempt at a request: what is sent, and the answer as it comes, bounded in time."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import anyio
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agents.backends.servers.patience import Patience
from agents.backends.talking.stream import Said


class Late(Exception):
    """Nothing came within `seconds`; `waiting_for` says of what."""

    def __init__(self, seconds: float, waiting_for: str) -> None:
        self.seconds, self.waiting_for = seconds, waiting_for
        super().__init__(f"{waiting_for} within {seconds:g} s")


@dataclass(frozen=True)
class Request:
    """What the library's loop asks a model."""

    messages: list[ModelMessage]
    settings: ModelSettings | None
    parameters: ModelRequestParameters

    def with_words(self, words: str, final: str = "") -> Request:
        """With a last word of ours; `final` is the one tool that must be called now."""
        last = self.messages[-1]
        if isinstance(last, ModelRequest):
            last = replace(last, parts=[*last.parts, UserPromptPart(words)])
        settings = dict(self.settings or {}) | ({"tool_choice": [final]} if final else {})
        return Request([*self.messages[:-1], last], ModelSettings(**settings), self.parameters)  # type: ignore[typeddict-item]  # settings by name

    def without(self, names: Collection[str]) -> Request:
        """Without these settings."""
        kept = {k: v for k, v in (self.settings or {}).items() if k not in names}
        return replace(self, settings=ModelSettings(**kept))  # type: ignore[typeddict-item]  # settings by name

    @property
    def bytes(self) -> int:
        """About the size of what is sent: the words and the tools, without the dialect's frame."""
        last = self.messages[-1]
        instructions = (last.instructions or "") if isinstance(last, ModelRequest) else ""
        tools = (*self.parameters.function_tools, *self.parameters.output_tools)
        words = [_written(part) for message in self.messages for part in message.parts]
        words += [instructions, *(json.dumps(t.parameters_json_schema) for t in tools)]
        return sum(len(word.encode()) for word in words)

    def as_json(self) -> dict[str, Any]:
        tools = (*self.parameters.function_tools, *self.parameters.output_tools)
        return {
            "messages": ModelMessagesTypeAdapter.dump_python(self.messages, mode="json"),
            "tools": [tool.name for tool in tools],
            "settings": {key: str(value) for key, value in (self.settings or {}).items()},
        }


def _written(part: Any) -> str:
    said = getattr(part, "args", None) or getattr(part, "content", None) or ""
    return said if isinstance(said, str) else json.dumps(said, default=str)


def written_in(response: ModelResponse) -> int:
    """How many characters the model wrote."""
    return sum(len(_written(part)) for part in response.parts)


def streams(model: Model) -> bool:
    """Whether a model of the library's can be asked for a stream."""
    own = type(model).request_stream is not Model.request_stream
    return own and getattr(model, "stream_function", model) is not None


async def received(
    model: Model,
    request: Request,
    patience: Patience,
    said: Said,
    cut: Callable[[ModelResponse], object],
    *,
    stream: bool,
) -> ModelResponse:
    """The whole answer. `said` is told of words as they come, `cut` of an answer that broke off.

    Raises Late, and whatever the library raises.
    """
    asked = (request.messages, request.settings, request.parameters)
    if not stream:
        with _limit(patience.first, "nothing"):
            response = await model.request(*asked)
        for part in response.parts:
            _tell(part, said)
        return response
    async with AsyncExitStack() as stack:
        with _limit(patience.first, "nothing"):
            coming = await stack.enter_async_context(model.request_stream(*asked))
            events = aiter(coming)
            event = await anext(events, None)
        try:
            while event is not None:
                _hear(event, said)
                with _limit(patience.between, "the next piece not"):
                    event = await anext(events, None)
        except BaseException:
            cut(coming.get())
            raise
        return coming.get()


@contextmanager
def _limit(seconds: float, waiting_for: str) -> Iterator[None]:
    """As `anyio.move_on_after`, but raises Late."""
    with anyio.move_on_after(seconds) as scope:
        yield
    if scope.cancelled_caught:
        raise Late(seconds, waiting_for)


def _hear(event: ModelResponseStreamEvent, said: Said) -> None:
    match event:
        case PartStartEvent(part=part):
            _tell(part, said)
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            said(text, False)
        case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=str(text))):
            said(text, True)


def _tell(part: ModelResponsePart, said: Said) -> None:
    if isinstance(part, TextPart | ThinkingPart) and part.content:
        said(part.content, isinstance(part, ThinkingPart))
