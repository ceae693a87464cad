"""The destinations that were compared: scores to open into their reasons, and the climate."""

from __future__ import annotations

from textwrap import wrap

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Vertical
from textual.content import Content
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from planner.plan import TripPlan
from planner.tui.tabs.scores import (
    BEST,
    CHOSEN,
    best_of,
    tell_beneath,
    tell_candidate,
    tell_cell,
    tell_criterion,
)
from planner.tui.widgets.detail import DetailPane, ListAndDetail
from planner.views.comparison import (
    Cell,
    ClimateYear,
    Comparison,
    CriterionRow,
    climates,
    comparison,
)
from planner.views.grounds import source_links

NAME, WIDEST, NARROWEST = 14, 11, 5
SCORE = 6
"""Cells of a score with its mark and a space before the bar."""
SHORTEST_BAR = 2
PADDING = 2


class CompareTab(ListAndDetail):
    """Criteria as rows, candidates as columns; the climate of all beneath."""

    DEFAULT_CSS = """
    CompareTab DataTable {
        height: auto; max-height: 65%; background: $background; scrollbar-size-horizontal: 1;
        & > .datatable--header, & > .datatable--fixed { background: $background; }
        & > .datatable--cursor, & > .datatable--fixed-cursor {
            background: $primary 15%; color: $foreground; text-style: none;
        }
        &:ansi > .datatable--header { background: transparent; color: ansi_default; }
        &:focus { background-tint: transparent; }
        &:focus > .datatable--header { background-tint: transparent; }
        &:focus > .datatable--cursor, &:focus > .datatable--fixed-cursor {
            background: $primary 35%; color: $foreground; text-style: none;
        }
    }
    CompareTab #beneath, CompareTab #beneath:focus {
        border-left: none; padding: 0 0 0 1; margin: 1 0 0 0; height: 1fr;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._plan: TripPlan | None = None
        self._comparison = Comparison((), (), "", "", ())
        self._climates: tuple[ClimateYear, ...] = ()
        self._width = WIDEST

    def compose_list(self) -> ComposeResult:
        with Vertical(classes="list"):
            yield DataTable[Text](cursor_type="cell", fixed_columns=1)
            yield DetailPane(id="beneath")

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self._draw()

    def on_unmount(self) -> None:
        self.app.theme_changed_signal.unsubscribe(self)

    def show(self, plan: TripPlan) -> None:
        """Show what was compared for `plan`; the cursor stays on its cell if there is one."""
        self._plan, self._comparison, self._climates = plan, comparison(plan), climates(plan)
        self._draw()

    @property
    def _table(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    def _draw(self) -> None:
        if self._plan is None or not self.is_mounted:
            return
        table, compared = self._table, self._comparison
        before = table.cursor_coordinate if table.row_count else None
        table.clear(columns=True)
        table.display = bool(compared.candidates)
        table.add_column(Text("Criterion"), width=NAME)
        self._width = self._room_each()
        table.header_height = lines = 1 if self._width == WIDEST else 2
        for candidate in compared.candidates:
            mark = f"{CHOSEN}\N{NO-BREAK SPACE}" if candidate.chosen else ""
            head = _folded(f"{mark}{candidate.name}", self._width, lines)
            table.add_column(head, width=self._width)
        for row in compared.rows:
            table.add_row(*self._cells(row))
        if compared.candidates:
            totals = (self._score(c.total, "", "bold") for c in compared.candidates)
            table.add_row(Text("Total", "bold"), *totals)
        table.cursor_coordinate = before or self._chosen_cell()
        self.query_one("#beneath", DetailPane).show(tell_beneath(compared, self._climates))
        self._look()

    def _room_each(self) -> int:
        """The width of a column, so that all candidates are in sight: their bars give way first."""
        pane = self.query_one(".list").size.width
        each = (pane - NAME - PADDING) // max(1, len(self._comparison.candidates)) - PADDING
        return max(NARROWEST, min(WIDEST, each)) if pane else WIDEST

    def on_resize(self) -> None:
        if self._plan is not None and self._room_each() != self._width:
            self._draw()

    def _chosen_cell(self) -> Coordinate:
        chosen = [n for n, c in enumerate(self._comparison.candidates, 1) if c.chosen]
        return Coordinate(0, chosen[0] if chosen else 1)

    def _cells(self, row: CriterionRow) -> list[Text]:
        weight = f" ×{row.weight:g}"
        name = _short(row.name, NAME - len(weight))
        name.append(" " * (NAME - len(weight) - name.cell_len))
        name.append(weight, "dim")
        best = best_of(row)
        return [name, *(self._cell(cell, n in best) for n, cell in enumerate(row.cells))]

    def _cell(self, cell: Cell | None, is_best: bool) -> Text:
        if cell is None:
            return Text("–", "dim")
        return self._score(cell.score, BEST if is_best else "", "bold" if is_best else "")

    def _score(self, score: float, mark: str, style: str) -> Text:
        """ "0.88▲ ━━━━╸"."""
        room = self._width - SCORE if self._width - SCORE >= SHORTEST_BAR else 0
        halves = round(min(1.0, max(0.0, score)) * room * 2)
        bar = "━" * (halves // 2) + "╸" * (halves % 2)
        colour = Color.parse(self.app.theme_variables["primary"]).rich_color
        text = Text(f"{score:.2f}{mark or ' '}", style, no_wrap=True)
        return text.append(f" {bar}" if bar else "", Style(color=colour))

    @on(DataTable.CellHighlighted)
    def _moved(self, event: DataTable.CellHighlighted) -> None:
        event.stop()
        self._look()

    @on(DataTable.CellSelected)
    def _opened(self, event: DataTable.CellSelected) -> None:
        event.stop()
        self.action_look_closer()

    def _look(self) -> None:
        compared = self._comparison
        if not compared.candidates:
            self.look(Content(""))
            return
        at = self._table.cursor_coordinate
        candidate = at.column - 1
        if at.row >= len(compared.rows):
            number = max(0, candidate)
            here = compared.candidates[number].destination
            climate = next((y for y in self._climates if y.destination == here), None)
            self.look(tell_candidate(compared, number, climate))
        elif candidate < 0:
            self.look(tell_criterion(compared, compared.rows[at.row]))
        else:
            row = compared.rows[at.row]
            cell = row.cells[candidate]
            links = source_links(cell.rests_on) if cell else ()
            self.look(tell_cell(compared, row, candidate), links)


def _folded(text: str, width: int, lines: int) -> Text:
    """A name on so many lines, without what stands in brackets where there is little room."""
    if lines == 1:
        return _short(text, width)
    first, *rest = wrap(text.partition(" (")[0], width)
    return Text("\n").join([Text(first), _short(" ".join(rest), width)])


def _short(text: str, width: int) -> Text:
    short = Text(" ".join(text.split()), no_wrap=True)
    short.truncate(width, overflow="ellipsis")
    return short
