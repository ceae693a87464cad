"""Where the days lead: the routes in braille dots, the whole trip or one day of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from planner.plan import TripPlan
from planner.tui.tabs.rows import Row, Rows, cell
from planner.tui.widgets.drawn import Drawn
from planner.views.counts import places_words
from planner.views.labels import MARKER
from planner.views.picture import MapCell, MapPicture, draw
from planner.views.routes import BED, DayRoute, Frame, frames
from planner.views.words import length

DAY_STYLES = ("$text-warning", "$text-secondary", "$text-success", "$text-error", "$text-accent")
"""The days' colours in turn; their letters and numbers tell them apart without. The colour of
what is highlighted is not among them."""
ON_THE_WAY = " on the way"
NO_PLACES = "No place of this day is on the map."


def day_style(day: int | None) -> str:
    """The colour of a day."""
    return "$foreground-muted" if day is None else DAY_STYLES[day % len(DAY_STYLES)]


class FrameRows(Rows):
    """The pictures there are."""


class MapCanvas(Widget):
    """One picture, as large as there is room; drawn once for a size."""

    class Resized(Message):
        """The picture has another size now."""

    def __init__(self) -> None:
        super().__init__()
        self._frame: Frame | None = None
        self._pictures: dict[tuple[Frame, int, int], tuple[MapPicture, Content]] = {}

    def look(self, frame: Frame | None) -> None:
        self._frame = frame
        self.refresh()

    def forget(self) -> None:
        """The pictures drawn so far are of another plan."""
        self._frame = None
        self._pictures.clear()

    @property
    def picture(self) -> MapPicture | None:
        """What is shown, if there is something to show and room for it."""
        drawn = self._drawn()
        return drawn[0] if drawn else None

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def render(self) -> Content:
        drawn = self._drawn()
        return drawn[1] if drawn else Content("")

    def _drawn(self) -> tuple[MapPicture, Content] | None:
        frame, (columns, rows) = self._frame, self.content_size
        if frame is None or columns < 1 or rows < 2:
            return None
        key = frame, columns, rows
        if key not in self._pictures:
            picture = draw(frame.routes, columns, rows - 1, only_day=frame.day)
            self._pictures[key] = picture, _painted(frame, picture)
        return self._pictures[key]


class MapTab(Horizontal):
    """The picture on the left, what can be shown and what is in it on the right."""

    SCOPED_CSS = False  # or the class of the screen would not count
    DEFAULT_CSS = """
    MapTab { width: 1fr; height: 1fr; }
    MapTab > MapCanvas { width: 1fr; height: 1fr; padding: 0 1; }
    MapTab > Vertical { width: 42; height: 1fr; border-left: vkey $foreground 20%; }
    MapTab FrameRows { height: auto; max-height: 50%; }
    MapTab VerticalScroll { height: 1fr; padding: 1 0 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    .-narrow MapTab > Vertical { width: 31; }
    .-narrow MapTab FrameRows { max-height: 6; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "move(1)", "Next day", key_display="[ ]"),
        Binding("left_square_bracket", "move(-1)", "Day before", show=False),
        Binding("enter,0", "whole_trip", "All days", key_display="0"),
        Binding("pagedown", "page(1)", "More of the list of places", show=False),
        Binding("pageup", "page(-1)", "Back in the list of places", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._frames: tuple[Frame, ...] = ()

    def compose(self) -> ComposeResult:
        yield MapCanvas()
        with Vertical():
            yield FrameRows()
            with VerticalScroll(can_focus=False):
                yield Static(id="points", markup=False)

    def show(self, plan: TripPlan) -> None:
        """Show the routes of `plan`, and the same picture as before if it still has it."""
        rows = self.query_one(FrameRows)
        labels = [frame.label for frame in self._frames]
        before = labels[rows.highlighted] if labels and rows.highlighted is not None else ""
        self._frames = frames(plan)
        self.query_one(MapCanvas).forget()
        rows.clear_options()
        rows.add_options(Option(_frame_row(frame)) for frame in self._frames)
        labels = [frame.label for frame in self._frames]
        if labels:
            rows.highlighted = labels.index(before) if before in labels else 0
        else:
            self._look(None)

    @property
    def frame(self) -> Frame | None:
        """What is shown now."""
        number = self.query_one(FrameRows).highlighted
        return None if number is None or not self._frames else self._frames[number]

    @on(OptionList.OptionHighlighted)
    def _frame_chosen(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._look(self.frame)

    @on(MapCanvas.Resized)
    def _look_again(self) -> None:
        """What lies outside the picture depends on its size."""
        self._look(self.frame)

    def _look(self, frame: Frame | None) -> None:
        canvas = self.query_one(MapCanvas)
        canvas.look(frame)
        picture = canvas.picture
        self.query_one("#points", Static).update(
            Drawn(lambda width: _legend(frame, picture, width) if frame and picture else [])
        )
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_move(self, by: int) -> None:
        rows = self.query_one(FrameRows)
        if self._frames:
            at = 0 if rows.highlighted is None else rows.highlighted
            rows.highlighted = min(len(self._frames) - 1, max(0, at + by))

    def action_whole_trip(self) -> None:
        if self._frames:
            self.query_one(FrameRows).highlighted = 0

    def action_page(self, by: int) -> None:
        scroll = self.query_one(VerticalScroll)
        (scroll.scroll_page_down if by > 0 else scroll.scroll_page_up)(animate=False)


def _painted(frame: Frame, picture: MapPicture) -> Content:
    """The picture below its title, in the colours of the days."""
    name = Content.styled(picture.title, "bold $text-primary")
    ways = _ways(frame.routes)
    if name.cell_length + len(ways) > picture.columns:
        ways = ways.removesuffix(ON_THE_WAY)
    title = name + Content.styled(ways, "$foreground-muted")
    title = title.truncate(picture.columns, ellipsis=True)
    if not any(route.points for route in frame.routes):
        return Content.assemble(title, f"\n\n{NO_PLACES}")
    rows = [Content.assemble(*_stretches(row)) for row in picture.cells]
    return Content("\n").join([title, *rows])


def _stretches(row: Sequence[MapCell]) -> Iterator[tuple[str, str]]:
    """Neighbours of one colour together, each with its style."""

    def style(cell: MapCell) -> str:
        if cell.day is None:
            return "$foreground-muted"
        label = cell.label and cell.character != MARKER
        return f"bold reverse {day_style(cell.day)}" if label else day_style(cell.day)

    for own, cells in groupby(row, style):
        yield "".join(c.character for c in cells), own


def _frame_row(frame: Frame) -> Row:
    one_day = frame.routes[0] if frame.day is not None else None
    overview = not frame.routes[0].destination
    points = [point for route in frame.routes for point in route.points]
    places = len(points) if overview else sum(point.kind == "visit" for point in points)
    km = sum(route.km for route in frame.routes)
    words = (
        f"{places} stop{'s' * (places != 1)}"
        if overview
        else places_words(places)
        if places
        else "–"
    )
    return Row(
        [
            cell(one_day.letter if one_day else "", f"bold {day_style(frame.day)}", width=1),
            cell(frame.label, share=1),
            cell(words, "$foreground-muted", width=10, right=True),
            cell(f"{km:,.0f} km" if km else "", "$foreground-muted", width=8, right=True, least=36),
        ]
    )


def _legend(frame: Frame, picture: MapPicture, width: int) -> list[Content]:
    """The points of the picture in their order, a bed once, and what is not in it."""
    several = len(frame.routes) > 1
    listed, beds = [], set[str]()
    for route in frame.routes:
        for point in route.points:
            if point.label == BED:
                if point.name in beds:
                    continue
                beds.add(point.name)
            label = (
                f"{route.letter}{point.label}" if several and point.label != BED else point.label
            )
            listed.append(
                Content.assemble(
                    (label.ljust(3), f"bold {day_style(route.day)}"),
                    (f"{point.time} ", "$foreground-muted"),
                    point.name,
                )
            )
    if picture.outside:
        listed += [Content(""), Content.styled("Not in the picture", "bold")]
    for words in picture.outside:
        first, *more = Content(words).wrap(max(1, width - 2))
        listed += [Content("↗ ") + first, *(Content("  ") + line for line in more)]
    return listed


def _ways(routes: Sequence[DayRoute]) -> str:
    """ " · 3.2 km, 55 min on the way"."""
    minutes, km = sum(r.minutes for r in routes), sum(r.km for r in routes)
    if not km:
        return ""
    return f" · {km:,.1f} km, {length(minutes)}{ON_THE_WAY}" if minutes else f" · {km:,.0f} km"
