"""What is understood of the request so far, part by part: each can be opened and corrected."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Leave, MouseEvent, MouseMove
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

if TYPE_CHECKING:
    from planner.intake import Facet, Options, Survey

LABELS = {
    "where": "Where",
    "when": "When",
    "who": "Who",
    "budget": "Budget",
    "origin": "From",
    "interests": "Interests",
    "fixed": "Fixed",
    "needs": "Needs",
    "pace": "Pace",
    "crowds": "Crowds",
    "comfort": "Comfort",
    "mode": "Mode",
}
"""The parts of a request, in the order in which they are shown."""
_RARE = {"crowds"}
"""Shown only once something is said of it; else it is chosen beside the pace."""
_MARKS = {
    "not said": ("·", "$foreground-muted"),
    "said": ("✓", "$success"),
    "assumed": ("~", "$warning"),
    "corrected by hand": ("✎", "$accent"),
    "at fault": ("!", "$error"),
}
_MOST_VALUE = 44
"""Characters of a value; the rest is in the tooltip and in the editor."""
_GAP = 1
_LEGEND = "✓ said  ~ assumed  ✎ corrected  ! unclear  · open"
_FIRST_HINT = "Type a wish, or go to a part with Tab and press Enter."


class _Chip(NamedTuple):
    """A chip where it stands: `x` and `width` in cells, `row` from the top."""

    name: str
    content: Content
    row: int
    x: int
    width: int


class RequestChips(Widget, can_focus=True):
    """A row of chips that wraps, and a line on why the chip in hand is as it is.

    The arrow keys move along the chips. Enter, Space or a click opens a chip's editor; Delete or
    Backspace gives what was corrected back to the words.
    """

    DEFAULT_CSS = """
    RequestChips { height: auto; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Previous", show=False),
        Binding("right", "move(1)", "Next", show=False),
        Binding("up", "move_row(-1)", "Up", show=False),
        Binding("down", "move_row(1)", "Down", show=False),
        Binding("home", "move(-99)", "First", show=False),
        Binding("end", "move(99)", "Last", show=False),
        Binding("enter,space", "open", "Correct"),
        Binding("delete,backspace", "give_back", "Back to my words"),
    ]
    position: reactive[int] = reactive(0)
    """Which chip the keys act on."""

    class Corrected(Message):
        """The traveller corrected a chip, or gave it back to the words."""

        def __init__(self, options: Options) -> None:
            super().__init__()
            self.options = options

    def __init__(self, *, today: date | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._today = today
        self._survey: Survey | None = None
        self._options: Options | None = None
        self._facets: dict[str, Facet] = {}

    def show(self, survey: Survey | None, options: Options | None) -> None:
        """Redraws the chips; without a survey and options they are only labels."""
        in_hand = self._part
        self._survey, self._options, self._facets = survey, options, {}
        if survey is not None or options is not None:
            from planner.intake import Options, Survey, facets

            self._facets = facets(survey or Survey(), options or Options())
        self._take_in_hand(in_hand)
        self.refresh(layout=True)

    def open(self, name: str) -> None:
        """Opens the editor of one part, as "when"."""
        from planner.intake import Options, Survey
        from planner.tui.editors.catalogue import editor_of

        self._take_in_hand(name)
        editor = editor_of(
            name, self._survey or Survey(), self._options or Options(), self._today or date.today()
        )
        self.app.push_screen(editor, self._take)

    def action_open(self) -> None:
        self.open(self._part)

    def action_give_back(self) -> None:
        from planner.intake import given_back, is_corrected

        if self._options is not None and is_corrected(self._part, self._options):
            self._take(given_back(self._part, self._options))

    def action_move(self, steps: int) -> None:
        self.position += steps

    def action_move_row(self, rows: int) -> None:
        """To the nearest chip of the row above or below; at the edge the key is the screen's."""
        chips = self._laid_out(self.size.width)
        here = chips[self.position]
        there = [chip for chip in chips if chip.row == here.row + rows]
        if not there:
            raise SkipAction()
        nearest = min(
            there, key=lambda chip: abs(2 * chip.x + chip.width - 2 * here.x - here.width)
        )
        self.position = chips.index(nearest)

    def validate_position(self, position: int) -> int:
        return max(0, min(position, len(self._names) - 1))

    def watch_has_focus(self, focused: bool) -> None:
        super().watch_has_focus(focused)
        self.refresh()

    def on_click(self, event: Click) -> None:
        if name := self._name_under(event):
            self.open(name)

    def on_mouse_move(self, event: MouseMove) -> None:
        name = self._name_under(event)
        self.tooltip = self._why(name, self._facets[name]) if name in self._facets else None

    def on_leave(self, event: Leave) -> None:
        self.tooltip = None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._laid_out(width)[-1].row + 2

    def render(self) -> Content:
        width = self.size.width
        chips = self._laid_out(width)
        rows: list[Content] = []
        for n, chip in enumerate(chips):
            if chip.row == len(rows):
                rows.append(Content())
            content = chip.content
            if self.has_focus and n == self.position:
                content = Content.styled(
                    content.plain, "$block-cursor-foreground on $block-cursor-background bold"
                )
            rows[-1] = Content.assemble(rows[-1], " " * (chip.x - rows[-1].cell_length), content)
        return Content("\n").join([*rows, self._line().truncate(width, ellipsis=True)])

    @property
    def _names(self) -> list[str]:
        return [name for name in LABELS if name not in _RARE or self._said(name)]

    @property
    def _part(self) -> str:
        return self._names[self.position]

    def _said(self, name: str) -> bool:
        return name in self._facets and self._facets[name].standing != "not said"

    def _take_in_hand(self, name: str) -> None:
        """The chip of a part; the one at the same place when there is none."""
        names = self._names
        self.position = names.index(name) if name in names else self.position

    def _take(self, options: Options | None) -> None:
        if options is not None:
            self._options = options
            self.post_message(self.Corrected(options))

    def _name_under(self, event: MouseEvent) -> str | None:
        x, y = event.get_content_offset(self) or (-1, -1)
        return next(
            (
                chip.name
                for chip in self._laid_out(self.size.width)
                if chip.row == y and chip.x <= x < chip.x + chip.width
            ),
            None,
        )

    def _laid_out(self, width: int) -> list[_Chip]:
        chips: list[_Chip] = []
        row, x = 0, 0
        for name in self._names:
            content = self._chip(name).truncate(max(1, width), ellipsis=True)
            if x and x + content.cell_length > width:
                row, x = row + 1, 0
            chips.append(_Chip(name, content, row, x, content.cell_length))
            x += content.cell_length + _GAP
        return chips

    def _chip(self, name: str) -> Content:
        facet = self._facets.get(name)
        if facet is None:
            return Content.styled(f" · {LABELS[name]} ", "$foreground-muted on $surface")
        mark, style = _MARKS[facet.standing]
        quiet = facet.standing == "not said"
        value = facet.value if len(facet.value) <= _MOST_VALUE else facet.value[:_MOST_VALUE] + "…"
        return Content.assemble(
            (f" {mark} ", f"{style} bold on $surface"),
            (f"{LABELS[name]} ", "$foreground-muted on $surface"),
            (
                f"{value} ",
                "$foreground-muted on $surface" if quiet else "$foreground bold on $surface",
            ),
        )

    def _line(self) -> Content:
        """Why the chip in hand is as it is; without focus, what the marks mean."""
        if self.has_focus and self._part in self._facets:
            return self._why(self._part, self._facets[self._part])
        return Content.styled(f" {_LEGEND if self._facets else _FIRST_HINT}", "$foreground-muted")

    def _why(self, name: str, facet: Facet) -> Content:
        mark, style = _MARKS[facet.standing]
        reasons = " ".join(facet.reasons) or f"{facet.value} ({facet.standing})"
        return Content.assemble(
            (f" {mark} ", style), (f"{LABELS[name]}: ", "$foreground-muted"), Content(reasons)
        )
