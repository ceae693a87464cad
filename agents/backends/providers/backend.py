"""The backend for providers that pydantic-ai reaches: what it needs, and when it is made."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

import anyio
from anyio.lowlevel import RunVar

from agents.agent import Output, Task
from agents.backends.servers.dialects import Server
from agents.backends.servers.faults import no_key
from agents.backends.servers.native import native
from agents.backends.servers.patience import Patience
from agents.backends.servers.secrets import spellings
from agents.errors import ContextOverflow, InvalidOutput, LimitReached, NotUsable
from agents.events import ApproachChanged, Emit

if TYPE_CHECKING:
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ModelSettings, ThinkingLevel

    from agents.backends.providers.requests import Asking

Steps = Literal["auto", "whole", "small"]
SHARE = 0.75
"""Of an agent's requests and seconds for the task as a whole, where small steps may follow."""
EFFORTS = ("minimal", "low", "medium", "high", "xhigh", "max")
NO_EFFORT = ("none", "off")
DEFAULT_PATIENCE = Patience()
_IMPORTING = threading.Lock()


class ProviderBackend:
    """Carries out tasks by a model of `provider`, a name in `native.NATIVE` or of the library's.

    Nothing is imported, read or connected before `run`. `url` is where the provider's own client
    sends its requests; `model_object` is a model of the library's, made by the caller.
    """

    def __init__(
        self,
        provider: str,
        model: str,
        *,
        url: str | None = None,
        key: str | None = None,
        effort: str | None = None,
        steps: Steps = "auto",
        patience: Patience = DEFAULT_PATIENCE,
        model_object: Any = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.native = native(provider)
        self.name = f"{self.native.spec}:{model}"
        self._model_name = model
        self._url = url
        self._key = key
        self._effort = effort
        self._steps = steps
        self._patience = patience
        self._given = model_object
        self._environment = environment
        self._made: RunVar[tuple[str | None, Model]] = RunVar("model")
        self._turn: RunVar[anyio.Lock] = RunVar("whose turn it is to make it")
        self._at_work: RunVar[int] = RunVar("at work")
        self._left_out: set[str] = set()

    def secrets(self) -> tuple[str, ...]:
        """What must not be shown: all that may be the key, and what stands in the URL."""
        keys = (self._key, *self.native.held_keys(self._variables))
        url = Server(self.native.name, self._url or "").secrets
        return (*(k.strip() for k in keys if k and k.strip()), *url)

    async def run(self, task: Task[Output], emit: Emit) -> Output:
        """Raises NotUsable when something is missing, and what requests to a model end in."""
        key = self._key_now()
        async with self._opened(key) as model:
            from agents.backends.providers.requests import Asking
            from agents.backends.providers.turns import Turns

            turns = Turns(task, self._model_name, forces=self._effort is None)
            asking = Asking(
                task,
                emit,
                self._server(model),
                self._model_name,
                self._patience,
                turns,
                left_out=self._left_out,
                secrets=spellings((*self.secrets(), key or "")),
                stream=self.native.streams,
                tells_the_end=self._given is None and self.native.tells_the_end,
            )
            with turns.allowance.at_work():
                return await self._carried_out(model, asking, task, emit)

    async def _carried_out(
        self, model: Model, asking: Asking, task: Task[Output], emit: Emit
    ) -> Output:
        from agents.backends.providers import working

        settings = self._settings(model)
        failed: Exception | None = None
        allowance = asking.turns.allowance
        if self._takes_the_whole(model):
            if self._steps == "auto":
                allowance.share = SHARE
            try:
                with anyio.CancelScope(deadline=allowance.deadline):
                    return await working.carry_out(model, asking, task, settings)
                raise allowance.share_used_up()
            except (InvalidOutput, ContextOverflow, NotUsable, LimitReached) as error:
                allowance.share = 1.0
                if isinstance(error, NotUsable) and not asking.no_tools:
                    raise
                if self._steps == "whole" or task.kept is not None:
                    raise
                if allowance.nearly_used_up():
                    raise
                failed = error
            emit(ApproachChanged(agent=task.name, reason=f"{failed}; on in small steps"))
        try:
            return await working.carry_out_in_steps(model, asking, task, settings)
        except (InvalidOutput, LimitReached) as error:
            if failed is None or isinstance(failed, NotUsable) or task.kept is not None:
                raise
            raise failed from error

    def _takes_the_whole(self, model: Model) -> bool:
        has_tools: bool = model.profile.get("supports_tools", True)
        return has_tools if self._steps == "auto" else self._steps == "whole"

    def _server(self, model: Model) -> Server:
        """What is asked, as it is told."""
        name = self.native.name
        return Server(name, self._url or model.base_url or name, self.native.key_names)

    @asynccontextmanager
    async def _opened(self, key: str | None) -> AsyncIterator[Model]:
        """The model with its connections, which the last task at work closes."""
        model = await self._model(key)
        self._at_work.set(self._at_work.get(0) + 1)
        try:
            await model.__aenter__()
            try:
                yield model
            finally:  # to the end, whatever comes: a connection would stay open
                with anyio.CancelScope(shield=True):
                    await model.__aexit__(None, None, None)
        finally:
            self._at_work.set(self._at_work.get(1) - 1)
            ours = self._given is None and self.native.name == "bedrock"
            if ours and not self._at_work.get(0):
                model.client.close()  # type: ignore[attr-defined]  # the library leaves it open

    def _key_now(self) -> str | None:
        """The key, or None where the provider's client finds credentials by itself."""
        if self._given is not None:
            return self._key
        missing = self.native.missing_package()
        if missing is not None:
            raise NotUsable(
                f"{self.name} needs the package {missing}; install it with: {self.native.install}"
            )
        if self._key:
            return self._key
        if self.native.needs_key and self.native.key_name(self._variables) is None:
            raise no_key(Server(self.native.name, self._url or "", self.native.key_names))
        return self.native.held_key(self._variables)

    @property
    def _variables(self) -> Mapping[str, str]:
        return os.environ if self._environment is None else self._environment

    async def _model(self, key: str | None) -> Model:
        """The library's model; one for all tasks at work, so that they share its connections."""
        if self._given is not None:
            given: Model = self._given
            return given
        turn = self._turn.get(None)
        if turn is None:
            turn = anyio.Lock()
            self._turn.set(turn)
        async with turn:
            made = self._made.get(None)
            if made is None or made[0] != key:
                model = await anyio.to_thread.run_sync(self._make, key, abandon_on_cancel=True)
                made = (key, model)
                self._made.set(made)
            return made[1]

    def _make(self, key: str | None) -> Model:
        """In a thread: the first import of a provider's client takes a second or two."""
        with _IMPORTING:
            try:
                from agents.backends.providers.making import model_for
            except ImportError as error:
                raise NotUsable(
                    f"{self.name} needs pydantic-ai 2, which cannot be imported ({error}); "
                    f"install it with: {self.native.install}"
                ) from error
            return model_for(
                self.native,
                self._model_name,
                url=self._url,
                key=key,
                environment=self._variables,
                patience=self._patience,
            )

    def _settings(self, model: Model) -> ModelSettings:
        """What goes with each request; what a model does not take is not told to it."""
        settings: ModelSettings = {"cache": True}
        if "max_retries" not in model.unsupported_settings:
            settings["max_retries"] = 0
        if self._effort is not None:
            settings["thinking"] = _thinking(self._effort)
        return settings


def _thinking(effort: str) -> ThinkingLevel:
    """The library's word for an effort."""
    if effort in NO_EFFORT:
        return False
    if effort in EFFORTS:
        return cast("ThinkingLevel", effort)
    raise NotUsable(
        f"there is no effort {effort!r} for this provider; choose from {', '.join(EFFORTS)}, none"
    )
