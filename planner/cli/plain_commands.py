"""What can be typed in the conversation by lines, beside the words of a wish."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from agents.cleaning import clean_line
from planner.cli import plain_answers as answers
from planner.cli.wish import FIELDS
from planner.export.plain import PlainPlan, plain

if TYPE_CHECKING:
    from planner.cli.plain import Conversation

NEAR = 60
"""How alike, of 100, a word must be to a command to be taken for it."""


@dataclass(frozen=True)
class Command:
    """`takes` matches what may follow the name; anything else is no such command."""

    usage: str
    about: str
    act: Callable[[Conversation, str], None]
    takes: str = ""
    of_a_plan: bool = False
    like_a_wish: bool = False
    """Whether a wish could begin so: while one is typed, the name must stand alone."""

    @property
    def name(self) -> str:
        return self.usage.partition(" ")[0]


def command_for(line: str, *, asking: bool) -> tuple[Command, str] | None:
    """The command in a line, and what follows it.

    While a wish is typed its words come first: "day trips to Sintra" is no command, "day 2" is one.
    """
    name, _, words = line.partition(" ")
    command = COMMANDS.get(name.lower())
    if command is None:
        return None
    words = words.strip()
    takes = "" if asking and command.like_a_wish else command.takes
    if re.fullmatch(takes, words, re.IGNORECASE):
        return command, words
    return None


def nearest(line: str) -> str:
    """What to say to a line that is no command."""
    from rapidfuzz import process

    name = line.partition(" ")[0].lower()
    if not name:
        return "Type help for the commands, new for another trip, quit to leave."
    if known := COMMANDS.get(name):
        return f"Type it as: {known.usage}. It does this: {known.about}."
    near = [
        found for found, _, _ in process.extract(name, list(COMMANDS), score_cutoff=NEAR, limit=3)
    ]
    meant = f"did you mean {' or '.join(near)}?" if near else "type help for the commands."
    return f"There is no command {clean_line(name, 40)}; {meant} For another trip, type new first."


def _section(name: str, talk: Conversation, words: str) -> None:
    """One section of the plan."""
    if talk.plan is not None:
        talk.say(*(getattr(PlainPlan(talk.plan), name)() or ["There is nothing to say of that."]))


def _plan(talk: Conversation, words: str) -> None:
    if talk.asking or talk.plan is None:
        talk.go()
    else:
        talk.say(plain(talk.plan).rstrip())


def _help(talk: Conversation, words: str) -> None:
    shown = [c for c in dict.fromkeys(COMMANDS.values()) if talk.plan or not c.of_a_plan]
    talk.say(*answers.help_lines([(c.usage, c.about) for c in shown]))


NUMBER = r"\d{1,4}"
ANYTHING = r".*"
ONE_WORD = r"\S*"
_FIELD = rf"(({'|'.join(FIELDS)})\b.*)?"

_WISH = (
    Command("plan", "plan what is understood, as an empty line does; then tell it all", _plan),
    Command("request", "tell what is asked for", answers.request),
    Command("change FIELD VALUE", "correct one part of the request", answers.change, _FIELD),
    Command("undo", "take back the line typed last", answers.undo),
    Command("new", "start with another wish", lambda t, _: t.new()),
    Command("examples", "tell the example requests", lambda t, _: t.tell_examples()),
    Command("example N", "take an example", lambda t, n: t.take_example(int(n)), NUMBER),
    Command("trips", "tell the trips that are kept", answers.trips),
    Command("trip N", "open a kept trip", answers.trip, NUMBER),
    Command("forget N", "remove a kept trip", answers.forget, NUMBER),
    Command("mode NAME", "set how much work goes into a plan", answers.mode, ONE_WORD),
    Command(
        "backend SPEC",
        "set who does the thinking; alone, tell those there are",
        answers.backend,
        ONE_WORD,
    ),
)
_PLAN = (
    ("day N", "tell one day, or the head of each", answers.day, rf"({NUMBER})?"),
    ("item N.M", "look closer at item M of day N", answers.item, rf"{NUMBER}[. ]+{NUMBER}"),
    ("costs", "tell where the money goes", partial(_section, "costs"), ""),
    ("why", "tell why it goes there", partial(_section, "why"), ""),
    ("decide ID VALUE", "take another side; alone, tell the decisions", answers.decide, ANYTHING),
    ("left", "tell what was left out, and why", partial(_section, "left_out"), ""),
    ("checks", "tell what was checked", partial(_section, "checks"), ""),
    ("tips", "tell what is good to know", partial(_section, "tips"), ""),
    ("sources", "tell what it all rests on", partial(_section, "sources"), ""),
    ("trace AGENT", "tell what an agent did, step by step", answers.trace, ONE_WORD),
    ("retry AGENT", "ask one agent again", answers.retry, ONE_WORD),
    ("again", "ask all agents again", answers.again, ""),
    ("export FORM FOLDER", "write the plan to a file", answers.export, ANYTHING),
)
_ALWAYS = (
    Command(
        "activities WORDS",
        "tell what was found, all or with these words",
        answers.found,
        ANYTHING,
        of_a_plan=True,
        like_a_wish=True,
    ),
    Command("help", "tell the commands", _help),
    Command("quit", "leave", lambda t, _: t.leave()),
)

COMMANDS = {
    command.name: command
    for command in (
        *_WISH,
        *(Command(usage, about, act, takes, of_a_plan=True) for usage, about, act, takes in _PLAN),
        *_ALWAYS,
    )
}
COMMANDS["go"] = COMMANDS["plan"]
COMMANDS |= dict.fromkeys(("exit", "bye"), COMMANDS["quit"]) | {"?": COMMANDS["help"]}
