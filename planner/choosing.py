"""Which backend is chosen: those there are, what was asked for, and where words go with it.

Light to import: the app has one before it paints for the first time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import FieldProblem, RequestError, TripartiteError
from planner.backends import BACKENDS, DEFAULT_BACKEND, REPLAY, BackendChoice, backend_choice
from planner.lineup import BACKEND_VARIABLE, LineUp, lineup_choice, read_lineup
from planner.settings import MAX_VALUE_CHARACTERS, Settings, save_settings
from planner.team_settings import AGENTS, TeamSettings

if TYPE_CHECKING:
    from planner.standing import Standing

MOST_LATELY = 5
BETWEEN = ", "
AS_IN_THE_SETTINGS = "as in the settings"
"""To choose instead of a backend: what the settings file says of all agents and of some."""
NOW_THE_DEFAULT = "it is saved, and so the default of `tripartite plan` too"


@dataclass
class Choosing:
    """The choice of a backend, in one sitting of one traveller, with the settings it is kept in."""

    settings: Settings = field(default_factory=Settings)
    settings_file: Path | None = None
    """None is the platform's own place."""
    team_settings: TeamSettings = field(default_factory=TeamSettings)
    backends: Mapping[str, BackendChoice] = field(default_factory=lambda: BACKENDS)
    """Those to choose from: offline, those of the settings, those asked for. See `add_backend`."""
    asked_backend: str = ""
    """Goes before that of the settings until another one is chosen; it is not saved."""
    asked: LineUp = field(default_factory=LineUp)
    """What options and the environment say besides."""
    asked_team: str = "three"
    """One of `planner.teams.TEAMS`."""
    own_pace: bool = False
    """Whether a recorded run takes the time it took."""
    _wrong: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with backends of the settings, by spec."""

    def change(self, **changes: str) -> str:
        """Change and save settings; returns what went wrong with saving, or ""."""
        self.settings = replace(self.settings, **changes)
        if "backend" in changes:
            self.asked_backend = ""
        try:
            save_settings(changes, self.settings_file)
        except TripartiteError as error:
            return str(error)
        return ""

    def look_up(self) -> tuple[str, ...]:
        """Put the backends of the settings among those to choose from; says what is wrong."""
        wrong = {}
        team = self.team_settings
        named = [name for name, server in team.servers.items() if server.model]
        for spec in (self.settings.backend, *team.agents.values(), *team.fallback, *named):
            try:
                self.add_backend(spec)
            except RequestError as error:
                why = "; ".join(p.message for p in error.problems)
                wrong[spec] = f"in the settings: {why}"
        self._wrong = wrong
        return tuple(wrong.values())

    def add_backend(self, spec: str) -> BackendChoice:
        """Check a spec and put it among `backends`; raises RequestError saying what is wrong."""
        choice = backend_choice(
            spec, self.team_settings, known=self.backends, own_pace=self.own_pace
        )
        self.backends = {**self.backends, choice.name: choice}
        return choice

    @property
    def lineup(self) -> LineUp:
        """Who does whose thinking, from all that was said."""
        return replace(self.asked, backend=self.asked_backend).over(self._settings_lineup)

    @property
    def _settings_lineup(self) -> LineUp:
        team = self.team_settings
        return LineUp(self.settings.backend.strip(), team.agents, team.fallback)

    @property
    def backend(self) -> BackendChoice:
        """The chosen backend; the first there is in place of one that has gone."""
        return self._choice(self.lineup)

    def _choice(self, said: LineUp) -> BackendChoice:
        known = self.backends
        there = LineUp(
            said.backend if said.backend in known else next(iter(known)),
            {agent: spec for agent, spec in said.agents.items() if spec in known},
            tuple(spec for spec in said.fallback if spec in known),
        )
        return lineup_choice(there, known.__getitem__)

    def look_at(self, spec: str) -> tuple[str, BackendChoice]:
        """Whom a spec is for, "" for all agents, and what it asks for; nothing is kept.

        Raises RequestError for one that is none.
        """
        said = read_lineup([spec], ())
        agent, wanted = next(iter(said.agents.items()), ("", said.backend))
        team, known, own_pace = self.team_settings, self.backends, self.own_pace
        return agent, backend_choice(wanted, team, known=known, own_pace=own_pace)

    def choose_backend(self, spec: str) -> str:
        """Take another backend from now on: SPEC for all agents, AGENT=SPEC for one.

        One for all goes before what the settings, an option or an earlier choice say of some.
        AS_IN_THE_SETTINGS takes all choices back. Raises RequestError for what is no spec. Returns
        in words whether the choice is saved, or why not.
        """
        if spec == AS_IN_THE_SETTINGS:
            self.asked, self.asked_backend = LineUp(), ""
            return "each agent has what the settings file says"
        agent, choice = self.look_at(spec)
        name = self.add_backend(choice.name).name
        if agent:
            self.asked = replace(self.asked, agents={**self.asked.agents, agent: name})
            return "for now only: to keep it, put it into [agents] of the settings file"
        self.asked, self.asked_backend = replace(self.asked, agents={}), name
        if why := self._only_now(name):
            return f"for now only: {why}"
        lately = [name, *(one for one in self.lately if one != name)][:MOST_LATELY]
        while len(lately) > 1 and len(BETWEEN.join(lately)) > MAX_VALUE_CHARACTERS:
            lately.pop()
        if warning := self.change(backend=name, lately=BETWEEN.join(lately)):
            return warning
        if os.environ.get(BACKEND_VARIABLE, "").strip():
            return f"it is saved; for `tripartite plan` {BACKEND_VARIABLE} goes before it"
        return NOW_THE_DEFAULT

    def _only_now(self, name: str) -> str:
        """Why a backend for all does not become the default of later times, or ""."""
        if self._stands(name).lacks:
            return "it is not saved as long as it cannot be used"
        if name.startswith(f"{REPLAY}:"):
            return "a recording is no default for other trips"
        if own := self.team_settings.agents:
            told = " and ".join(f"{agent} to {spec}" for agent, spec in own.items())
            return f"the settings file gives {told}, and does so again the next time"
        return ""

    @property
    def lately(self) -> list[str]:
        """Specs of backends that were chosen in earlier times, the last one first."""
        return [spec for spec in self.settings.lately.split(BETWEEN) if spec]

    def to_choose_from(self) -> tuple[BackendChoice, ...]:
        """Those there are and those chosen lately, as far as they still can be had.

        Where the settings have backends for some agents, or something else is in force, they can
        be chosen as well.
        """
        for spec in self.lately:
            with suppress(RequestError):
                self.add_backend(spec)
        there, own = tuple(self.backends.values()), self._settings_lineup
        if not own.agents and self.lineup == own:
            return there
        all_of_it = self._choice(own)
        return (*there, replace(all_of_it, name=AS_IN_THE_SETTINGS, about=all_of_it.name))

    def active(self, name: str) -> str:
        """How far one `to_choose_from` is in force now: in words, or ""."""
        now = self.lineup
        if now.agents and now == self._settings_lineup:
            return "active now" if name == AS_IN_THE_SETTINGS else ""
        if name != now.chain()[0]:
            return ""
        others = " and ".join(a for a in now.agents if now.chain(a) != now.chain())
        return f"active now, but not for {others}" if others else "active now"

    def standing(self, spec: str) -> Standing:
        """Where words would go when this one is chosen, and what is lacking; nobody is asked."""
        from planner.standing import Standing, told

        if spec == AS_IN_THE_SETTINGS:
            words, bad = told(map(self._stands, self._specs(self._settings_lineup)))
            return Standing(spec, lacks=words) if bad else Standing(spec, told=words)
        first, *others = self._specs(LineUp(spec, {}, self.lineup.fallback), spec)
        then = tuple(self._stands(one) for one in others)
        return replace(self._stands(first), then=then)

    def _stands(self, spec: str) -> Standing:
        from planner.standing import standing

        return standing(spec, self.team_settings, os.environ)

    def _specs(self, lineup: LineUp, *besides: str) -> list[str]:
        """All that may be asked, in that order: of those there are, and `besides`."""
        agents = AGENTS if self.asked_team == "three" else ("",)
        specs = dict.fromkeys(spec for agent in agents for spec in lineup.chain(agent))
        return [spec for spec in specs if spec in self.backends or spec in besides]

    def sent(self) -> tuple[str, bool]:
        """What a traveller must know before a run of where words go, and whether it is bad news."""
        specs = self._specs(self.lineup)
        if specs in ([], [DEFAULT_BACKEND]):
            return "", False
        from planner.standing import told

        return told(map(self._stands, specs))

    def checked_backend(self) -> BackendChoice:
        """As `backend`; but raises RequestError where that one takes the place of another."""

        def choose(spec: str) -> BackendChoice:
            if spec in self._wrong:
                raise RequestError([FieldProblem("backend", self._wrong[spec])])
            return self.backends[spec] if spec in self.backends else self.add_backend(spec)

        return lineup_choice(self.lineup, choose)
