"""The forms in which a plan leaves, and how it becomes a file."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from agents.cleaning import clean_line
from agents.errors import ExportError, TripartiteError

if TYPE_CHECKING:
    from planner.plan import TripPlan

MAX_SLUG_CHARACTERS = 60


@dataclass(frozen=True)
class Form:
    """A form of a plan. `suffix` ends its files' names, `about` says in a line what it is for."""

    name: str
    suffix: str
    about: str
    render: Callable[[TripPlan], str]


def _markdown(plan: TripPlan) -> str:
    from planner.export.markdown import markdown

    return markdown(plan)


def _json(plan: TripPlan) -> str:
    return plan.model_dump_json(indent=2) + "\n"


def _calendar(plan: TripPlan) -> str:
    from planner.export.ics import calendar

    return calendar(plan)


FORMS = (
    Form("markdown", ".md", "a document to read, print or mail", _markdown),
    Form("calendar", ".ics", "for the calendar on a phone or computer", _calendar),
    Form("json", ".json", "everything, for other programs", _json),
)


def form_named(name: str) -> Form:
    """The form of that name. Raises ExportError."""
    for form in FORMS:
        if form.name == name:
            return form
    known = ", ".join(f.name for f in FORMS)
    raise ExportError(f"a plan has no form {clean_line(name)!r}; there is {known}")


def form_of(path: Path) -> Form | None:
    """The form that a file's name asks for by its end."""
    suffix = path.suffix.lower()
    return next((form for form in FORMS if form.suffix == suffix), None)


def file_name(plan: TripPlan, form: Form) -> str:
    """As "lisbon-porto-2027-05-12.md": letters, digits and hyphens that every platform takes."""
    visited = dict.fromkeys(stop.destination for stop in plan.stops)
    words = re.findall(r"[a-z0-9]+", " ".join(visited).lower())
    slug = "-".join(words)[:MAX_SLUG_CHARACTERS].rstrip("-") or "trip"
    return f"{slug}-{plan.request.dates.start.isoformat()}{form.suffix}"


def render(plan: TripPlan, form: Form) -> str:
    """The plan as text. Raises ExportError."""
    try:
        return form.render(plan)
    except TripartiteError as error:
        raise ExportError(
            f"this plan cannot be written as {form.name} ({error}); choose another form"
        ) from error


def write(plan: TripPlan, form: Form, path: Path, *, overwrite: bool = False) -> Path:
    """Write the plan whole or not at all; return the file.

    `path` is a folder that exists, where the file gets its usual name, or the file itself. A name
    that is taken gets -2, -3 and so on, unless `overwrite` is asked for. Raises ExportError.
    """
    from planner.whole import write_whole

    text = render(plan, form)
    target = path
    try:
        target = path.expanduser()
        if target.is_dir():
            target /= file_name(plan, form)
        if overwrite:
            write_whole(target, text)
            return target
        target = _reserved(target)
        try:
            write_whole(target, text)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    except (OSError, ValueError, RuntimeError) as error:
        raise ExportError(_what_failed(error, target)) from error
    return target


def _reserved(wanted: Path) -> Path:
    """The first free name, taken at once so that nobody else gets it."""
    for number in count(1):
        path = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise AssertionError  # counting does not end


def _what_failed(error: Exception, target: Path) -> str:
    where, name = clean_line(target.parent), clean_line(target)
    match error.errno if isinstance(error, OSError) else None:
        case errno.ENOENT | errno.ENOTDIR:
            return f"there is no folder {where}; make it first, or choose another"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"nothing may be written to {name}; choose another folder"
        case errno.ENOSPC | errno.EDQUOT:
            return f"the disk is full, so {name} was not written; make room, or choose another"
        case errno.EISDIR:
            return f"{name} is a folder; name a file in it"
    why = error.strerror if isinstance(error, OSError) else "no file can have this name"
    return f"{name} cannot be written ({why}); choose another name or folder"
