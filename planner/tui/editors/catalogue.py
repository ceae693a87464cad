"""Which editor corrects which part of the request."""

from __future__ import annotations

from datetime import date

from planner.intake import Options, Survey
from planner.tui.editors.budget import BudgetEditor
from planner.tui.editors.dates import DatesEditor
from planner.tui.editors.fixed import FixedEditor
from planner.tui.editors.frame import Editor
from planner.tui.editors.interests import InterestsEditor
from planner.tui.editors.needs import NeedsEditor
from planner.tui.editors.origin import OriginEditor
from planner.tui.editors.pace_and_mode import PaceAndModeEditor
from planner.tui.editors.places import PlacesEditor
from planner.tui.editors.travellers import TravellersEditor

EDITORS: tuple[type[Editor], ...] = (
    PlacesEditor,
    DatesEditor,
    TravellersEditor,
    BudgetEditor,
    OriginEditor,
    InterestsEditor,
    FixedEditor,
    NeedsEditor,
    PaceAndModeEditor,
)


def editor_of(part: str, survey: Survey, options: Options, today: date) -> Editor:
    """The editor for one part, as "when"."""
    sort = next(editor for editor in EDITORS if part in editor.corrects)
    return sort(part, survey, options, today)
