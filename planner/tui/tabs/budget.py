"""Where the money goes: what is left, by category, by day, and the dearest items."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Digits, OptionList, Static
from textual.widgets.option_list import Option

from planner.plan import TripPlan
from planner.tui.messages import ItemChosen
from planner.tui.tabs.rows import Rows
from planner.tui.widgets.bars import bar, marked_bar, range_bar
from planner.tui.widgets.drawn import Drawn
from planner.views.budget import BudgetView, CategoryRow, DayRow, DearItem, budget
from planner.views.words import money, money_range

MUTED = "$foreground-muted"
WIDE = 60
"""Columns from which a row has room for more than a name, a sum and a bar."""
DEAR_WIDE = 40
"""And one of the dearest items for the time and the date of the estimate."""


class BudgetTab(Vertical):
    """The sum on top; categories and days on the left, the dearest items on the right."""

    SCOPED_CSS = False  # or the class of the screen would not count
    DEFAULT_CSS = """
    BudgetTab { width: 1fr; height: 1fr; }
    BudgetTab > #sum { height: 3; padding: 0 1; margin-bottom: 1; }
    BudgetTab > #sum > Digits { width: auto; margin-right: 2; }
    BudgetTab > #sum > Digits.-good { color: $text-success; }
    BudgetTab > #sum > Digits.-bad { color: $text-error; }
    BudgetTab > #sum > Static { width: 1fr; }
    BudgetTab > #rows { height: 1fr; }
    BudgetTab VerticalScroll {
        width: 1fr; height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    BudgetTab > #rows > Vertical {
        width: 52; height: 1fr; padding-left: 1; border-left: vkey $foreground 20%;
    }
    BudgetTab #dearest-head { padding: 0 1; height: 1; }
    BudgetTab #not-included { padding-top: 1; height: auto; }
    .-narrow BudgetTab > #sum { margin-bottom: 0; }
    .-narrow BudgetTab > #rows > Vertical { width: 33; padding-left: 0; }
    .-narrow BudgetTab VerticalScroll { padding: 0 0 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show_item", "Show item"),
        Binding("pagedown", "page(1)", "Further down in the days", show=False, priority=True),
        Binding("pageup", "page(-1)", "Back up in the days", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._dearest: tuple[DearItem, ...] = ()

    def compose(self) -> ComposeResult:
        with Horizontal(id="sum"):
            yield Digits()
            yield Static(id="standing", markup=False)
        with Horizontal(id="rows"):
            with VerticalScroll(can_focus=False):
                yield Static(id="spread", markup=False)
                yield Static(id="not-included", markup=False)
            with Vertical():
                yield Static(id="dearest-head", markup=False)
                yield Rows()

    def show(self, plan: TripPlan) -> None:
        """Show the money of `plan`; the same row of the dearest stays chosen."""
        view = budget(plan)
        self._show_sum(view)
        self.query_one("#spread", Static).update(Drawn(lambda width: _spread(view, width)))
        rows = self.query_one(Rows)
        before = rows.highlighted or 0
        self._dearest = view.dearest
        rows.clear_options()
        rows.add_options(Option(_dear_item(item)) for item in view.dearest)
        rows.highlighted = min(before, len(view.dearest) - 1) if view.dearest else None
        self.query_one("#dearest-head", Static).update(
            Drawn(lambda width: [_dearest_head(view, width)])
        )
        self.query_one("#not-included", Static).update(_not_included(view))

    def _show_sum(self, view: BudgetView) -> None:
        """The figure that matters most, as large as it can be, and what it means."""
        over = view.left is not None and view.left < 0
        known = view.left is not None
        figure = money(view.total.expected if view.left is None else abs(view.left), view.currency)
        digits = self.query_one(Digits)
        sign, large = _in_large(figure)
        digits.update(large)
        digits.set_class(known and not over, "-good")
        digits.set_class(over, "-bad")
        meaning = " ".join([sign, view.standing.removeprefix(figure).strip()]).strip()
        standing = Content.styled(f"in all, {meaning}", "bold")
        if known:
            style = "bold $text-error" if over else "bold $text-success"
            standing = Content.styled(f"{meaning} {'✗' if over else '✓'}", style)
        self.query_one("#standing", Static).update(
            Drawn(lambda width: [standing, _total(view), _meter(view, width)])
        )

    def _show(self, number: int | None) -> None:
        if number is not None and number < len(self._dearest):
            chosen = self._dearest[number]
            self.post_message(ItemChosen(chosen.day, chosen.item))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._show(event.option_index)

    def action_show_item(self) -> None:
        self._show(self.query_one(Rows).highlighted)

    def action_page(self, by: int) -> None:
        scroll = self.query_one(VerticalScroll)
        (scroll.scroll_page_down if by > 0 else scroll.scroll_page_up)(animate=False)


def _in_large(figure: str) -> tuple[str, str]:
    """A sign with letters, of which not all can be drawn large, and the figure that can."""
    sign = figure.rstrip("0123456789,")
    if any(character.isalpha() for character in sign):
        return sign.strip(), figure.removeprefix(sign)
    return "", figure


def _total(view: BudgetView) -> Content:
    return Content.assemble(
        ("≈ ", "$text-warning"),
        (view.total.words, "bold"),
        (f" in all, for {view.people}, {view.tier} tier", MUTED),
    )


def _meter(view: BudgetView, width: int) -> Content:
    """How much of the budget the total takes."""
    share = view.share_of_budget
    if share is None:
        return Content("")
    words = f" {share:.0%} of the budget"
    room = max(0, min(60, width - len(words)))
    style = "$text-error" if share > 1 else "$text-success"
    filled = bar(share, room).rstrip()
    return Content.assemble((filled, style), ("·" * (room - len(filled)), MUTED), words)


def _spread(view: BudgetView, width: int) -> list[Content]:
    """By category, then by day."""
    return [*_categories(view, width), Content(""), *_days(view, width)]


def _categories(view: BudgetView, width: int) -> list[Content]:
    most = max((float(row.sum.high) for row in view.categories), default=0.0) or 1.0
    words = max((len(row.sum.words) for row in view.categories), default=0)
    names = max((len(row.category) for row in view.categories), default=0)
    room = max(0, width - names - words - 4)

    def line(row: CategoryRow) -> Content:
        low, middle, high = (float(s) / most for s in (row.sum.low, row.sum.expected, row.sum.high))
        return Content.assemble(
            f"{row.category.ljust(names)}  ",
            f"{row.sum.words.ljust(words)}  ",
            (range_bar(low, middle, high, room), "$text-primary"),
        )

    key = "" if width < WIDE else "   █ at least  ▓ expected  ░ at most"
    head = Content.assemble(("By category ≈", "bold"), (key, MUTED))
    return [head, *(line(row) for row in view.categories)]


def _days(view: BudgetView, width: int) -> list[Content]:
    """A bar a day, with a line where an even share of the budget ends."""
    number = sum(row.day is not None for row in view.days) or 1
    whole = view.total.expected if view.budget is None else view.budget
    even = whole / number
    most = max([even * Decimal("1.25"), *(row.sum.expected for row in view.days)]) or Decimal(1)
    cities = max((len(row.city) for row in view.days), default=0) if width >= WIDE else 0
    sums = [money(row.sum.expected, view.currency) for row in view.days]
    dates = max((len(row.date) for row in view.days), default=0)
    figures = max((len(words) for words in sums), default=0)
    tail = 18 if width >= WIDE else 0
    room = max(0, width - dates - figures - 4 - (cities and cities + 2) - tail)

    def line(row: DayRow, words: str) -> Content:
        mostly = f" mostly {row.categories[0][0]}" if row.categories and tail else ""
        drawn = marked_bar(
            float(row.sum.expected / most),
            float(even / most),
            room,
            within="$text-primary",
            beyond="$text-warning",
        )
        return Content.assemble(
            f"{row.date.ljust(dates)}  ",
            (f"{row.city.ljust(cities)}  " if cities else "", MUTED),
            f"{words.rjust(figures)}  ",
            drawn,
            (mostly, MUTED),
        )

    of_what = f" of the {'total' if view.budget is None else 'budget'}" if width >= WIDE else ""
    share = f"   ┃ {money(even, view.currency)}, an even share{of_what}"
    head = Content.assemble(("By day ≈", "bold"), (share, MUTED))
    return [head, *(line(row, words) for row, words in zip(view.days, sums, strict=True))]


def _dearest_head(view: BudgetView, width: int) -> Content:
    if not view.dearest:
        return Content.styled("Nothing in this plan costs anything.", "bold")
    note = "   ≈ and as of when" if width >= DEAR_WIDE else " ≈"
    return Content.assemble(("Dearest", "bold"), (note, MUTED))


def _dear_item(item: DearItem) -> Drawn:
    """Two lines: what it is and costs, and when, within which range and as of when."""
    amount = f"{money(item.sum.expected, item.sum.currency)}  "
    between = money_range(item.sum.low, item.sum.high, item.sum.currency)
    day = item.when.rsplit(" ", 1)[0]
    title = Content.assemble(("≈ ", "$text-warning"), (amount, "bold"), item.title)

    def lines(width: int) -> list[Content]:
        facts = (item.when, between, item.as_of) if width >= DEAR_WIDE else (day, between)
        return [title, Content.styled("  " + " · ".join(filter(None, facts)), MUTED)]

    return Drawn(lines)


def _not_included(view: BudgetView) -> Content:
    parts: list[Content] = [Content.assemble(("≈ ", "$text-warning"), (view.note, MUTED))]
    if view.excluded:
        parts += [Content(""), Content.styled("Not included", "bold")]
        parts += [Content(f"• {words}") for words in view.excluded]
    return Content("\n").join(parts)
