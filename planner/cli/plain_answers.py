"""What the commands of the conversation by lines do; `words` is what was typed after the name."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from agents.cleaning import clean_line
from agents.errors import ExportError, FieldProblem, RequestError
from planner.cli.look import activity_lines, item_lines, trace_lines
from planner.cli.wish import FIELDS
from planner.export.plain import PlainPlan
from planner.export.spoken import counted, sentence
from planner.settings import EFFORTS
from planner.views.decisions import DecisionView, decisions
from planner.views.words import listed

if TYPE_CHECKING:
    from planner.cli.plain import Conversation
    from planner.plan import TripPlan
    from planner.run import TripRun

FORMS = {"ics": "calendar", "md": "markdown"}
"""Other names of the forms of a plan."""


def _fault(field: str, message: str) -> RequestError:
    return RequestError([FieldProblem(field, message)])


def _run(talk: Conversation) -> TripRun:
    """The run that is talked about; commands of a plan are only carried out with one."""
    assert talk.run is not None
    return talk.run


def _plan(talk: Conversation) -> TripPlan:
    plan = _run(talk).plan
    assert plan is not None
    return plan


# The wish


def undo(talk: Conversation, words: str) -> None:
    if not talk.wish.typed:
        talk.say("There is no line to take back.")
        return
    talk.say(sentence(f"Taken back: {talk.wish.typed.pop()}"))
    talk.asking = True
    if not talk.wish.empty:
        talk.tell_understood()


def change(talk: Conversation, words: str) -> None:
    name, _, value = words.partition(" ")
    if not name:
        talk.say(sentence(f"These can be changed: {listed(FIELDS)}", "As in: change days 4"))
        return
    talk.wish.change(name.lower(), value.strip())
    talk.asking = True
    talk.tell_understood()


def request(talk: Conversation, words: str) -> None:
    if talk.wish.empty:
        talk.say("Nothing is asked for yet.")
        return
    if talk.wish.typed:
        talk.say(f"You typed: {talk.wish.words}")
    talk.tell_understood(whole=True)


# Trips


def trips(talk: Conversation, words: str) -> None:
    talk.tell_trips(most=20)
    if not talk.trips:
        talk.say("No trip is kept yet.")


def trip(talk: Conversation, words: str) -> None:
    talk.open(talk.session.reopen(talk.trip(int(words)).id))


def forget(talk: Conversation, words: str) -> None:
    found = talk.trip(int(words))
    talk.session.store.remove(found.id)
    talk.say(sentence(f"Forgotten: {found.title}"))
    talk.tell_trips(most=20)


# Settings


def mode(talk: Conversation, words: str) -> None:
    if words:
        if words not in EFFORTS:
            raise _fault("mode", f"there is no {clean_line(words)!r}; there is {listed(EFFORTS)}")
        _changed(talk, talk.session.change(effort=words))
    talk.say(talk.who_works())


def backend(talk: Conversation, words: str) -> None:
    """Any spec is taken; without one, those there are to choose from are told."""
    session = talk.session
    if words:
        _changed(talk, session.choose_backend(words))
        talk.say(talk.who_works())
        return
    talk.say(talk.who_works())
    for choice in session.to_choose_from():
        stands = session.standing(choice.name)
        state = f"cannot be used, {stands.lacks}" if stands.lacks else stands.words
        talk.say(sentence(f"Backend {choice.name}: {choice.about}", state))
    talk.say("Take one of these, or any other, as in: backend ollama:qwen3:8b")


def _changed(talk: Conversation, warning: str) -> None:
    if warning:
        talk.say(sentence(warning))
    if not talk.asking:
        talk.say("It holds from the next request on.")


# The plan


def day(talk: Conversation, words: str) -> None:
    plan = _plan(talk)
    if not words:
        told = PlainPlan(plan)
        talk.say(*(told.day(number)[0] for number in range(len(plan.days))))
        return
    talk.say(*PlainPlan(plan).day(_index("day", words, len(plan.days))))


def item(talk: Conversation, words: str) -> None:
    plan = _plan(talk)
    which, _, number = re.sub(r"\D+", " ", words).partition(" ")
    at = _index("day", which, len(plan.days))
    talk.say(*item_lines(plan, at, _index("item", number, len(plan.days[at].items))))


def _index(what: str, number: str, count: int) -> int:
    """A number as it was typed, counted from 0."""
    if not 1 <= int(number) <= count:
        raise _fault(what, f"there is no {number}; there are 1 to {count}")
    return int(number) - 1


def found(talk: Conversation, words: str) -> None:
    talk.say(*activity_lines(_plan(talk), words))


def decide(talk: Conversation, words: str) -> None:
    run, views = _run(talk), decisions(_plan(talk))
    if not views:
        talk.say("Nothing had to be decided.")
        return
    if not words:
        talk.say(*PlainPlan(_plan(talk)).decisions())
        return
    name, _, value = re.sub(r"\s*=\s*|\s+", "=", words, count=1).partition("=")
    view = _decision(views, name)
    side = _side(view, value)
    talk.work(run, lambda: run.again(overrides={view.id: side}))


def _decision(views: tuple[DecisionView, ...], name: str) -> DecisionView:
    """By its id or its number."""
    for number, view in enumerate(views, start=1):
        if name.casefold() in (view.id.casefold(), str(number)):
            return view
    known = listed(view.id for view in views)
    raise _fault("decide", f"there is no decision {clean_line(name)!r}; there is {known}")


def _side(view: DecisionView, words: str) -> str:
    """The value that is meant: as an override takes it, or as it begins in words."""
    said = words.casefold().strip()
    for value, label in view.choices:
        if said and (said == value.casefold() or label.casefold().startswith(said)):
            return value
    if not said and len(view.choices) == 1:
        return view.choices[0][0]
    sides = listed(value for value, _ in view.choices) or "no other side"
    raise _fault(view.id, f"{clean_line(words)!r} is no other side; there is {sides}")


def retry(talk: Conversation, words: str) -> None:
    run = _run(talk)
    talk.work(run, lambda: run.again(retry=[_agent(run, words)]))


def again(talk: Conversation, words: str) -> None:
    run = _run(talk)
    talk.work(run, lambda: run.again(retry=[agent.name for agent in run.team]))


def trace(talk: Conversation, words: str) -> None:
    run, now = _run(talk), time.time()
    if not words:
        talk.say(*(trace_lines(agent, now)[0] for agent in run.progress.agents.values()))
        return
    known = run.progress.agents.get(_agent(run, words))
    talk.say(*(trace_lines(known, now) if known else ["It was not at work."]))


def _agent(run: TripRun, words: str) -> str:
    names = [agent.name for agent in run.team]
    said = words.casefold()
    near = [name for name in names if said and name.casefold().startswith(said)]
    if len(near) != 1:
        raise _fault("agent", f"there is no {clean_line(words)!r}; there is {listed(names)}")
    return near[0]


def export(talk: Conversation, words: str) -> None:
    from planner.export.files import FORMS as KNOWN
    from planner.export.files import form_named, write

    name, _, folder = words.partition(" ")
    if not name:
        talk.say(*(sentence(f"export {form.name}: {form.about}") for form in KNOWN))
        return
    name = name.lower().removeprefix(".")
    form = form_named(FORMS.get(name, name))
    folder = folder.strip()
    target = _folder(folder or talk.session.settings.export_folder)
    talk.say(f"Written: {clean_line(write(_plan(talk), form, target), limit=1000)}")
    if folder and (warning := talk.session.change(export_folder=str(target))):
        talk.say(sentence(warning))


def _folder(name: str) -> Path:
    """The folder of that name, else the one we are in. Raises ExportError."""
    try:
        folder = Path(name).expanduser().absolute()
        there = folder.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise ExportError(f"{clean_line(name)} can be no folder; name another") from error
    if not there:
        raise ExportError(
            f"there is no folder {clean_line(folder)}; make it first, or name another"
        )
    return folder


def help_lines(usages: list[tuple[str, str]]) -> list[str]:
    """Each command and what it does."""
    lines = [sentence(f"{usage}: {about}") for usage, about in usages]
    return [
        f"{counted(len(usages), 'command')}. Anything else that you type before there is a plan "
        "belongs to your wish.",
        *lines,
    ]
