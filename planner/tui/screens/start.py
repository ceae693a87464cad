"""The first screen: the wish, what is understood of it, examples and the trips so far."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from planner.session import EXAMPLES
from planner.tui.screens.base import AppScreen
from planner.tui.widgets.chips import LABELS, RequestChips
from planner.tui.widgets.choices import Choices
from planner.tui.widgets.footer import FittingFooter
from planner.tui.widgets.prompt import Prompt
from planner.tui.widgets.status import Fact, StatusLine
from planner.tui.widgets.trips import TripList

if TYPE_CHECKING:
    from planner.intake import Options, Survey
    from planner.run import TripRun
    from planner.store import TripSummary

FIRST_EXAMPLE_KEY = 2
LEAST_OF_A_BACKEND = 24
"""Cells of the line about it at the top, however long its name is."""
TYPING_PAUSE = 0.12
"""Seconds without a key after which the words are read."""


class StartScreen(AppScreen[None]):
    """Type a wish, or pick one."""

    DEFAULT_CSS = """
    StartScreen {
        #wish { height: auto; padding: 0 1; }
        #sent { height: auto; max-height: 3; padding: 0 1; }
        #notes { height: auto; max-height: 5; padding: 0 1; overflow-y: auto; }
        #lists { height: 1fr; padding: 1 1 0 1; layout: grid; grid-size: 2 1; grid-gutter: 0 2; }
        OptionList {
            height: 1fr; border: none; border-top: solid $primary 40%; padding: 0;
            background: $background;
        }
        OptionList:focus { border: none; border-top: solid $primary; }
        &.-narrow #lists { padding: 0 1; grid-size: 1 2; grid-rows: 6 1fr; grid-gutter: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Correct", show=True),
        *(
            Binding(f"f{n + FIRST_EXAMPLE_KEY}", f"example({n})", f"Example {n + 1}", show=False)
            for n in range(len(EXAMPLES))
        ),
        Binding("escape", "focus_prompt", "To the prompt", show=False),
        Binding("f8", "app.backends", "Backend"),
        Binding("f1", "app.help", "Help"),
        Binding("ctrl+q", "app.quit", "Quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._options: Options | None = None
        self._survey: Survey | None = None
        self._warm = asyncio.Event()
        self._read: str | None = None
        self._changing: TripRun | None = None

    def compose(self) -> ComposeResult:
        yield StatusLine()
        with Vertical(id="wish"):
            yield Prompt()
            yield RequestChips()
        yield Static(id="sent", markup=False)
        yield Static(id="notes", markup=False)
        with Container(id="lists"):
            examples = Choices(*_examples(), id="examples", markup=False)
            examples.border_title = "Try one"
            yield examples
            yield TripList()
        yield FittingFooter()

    def on_mount(self) -> None:
        self.query_one(Prompt).focus()
        self.settings_changed()
        self.call_after_refresh(self._warm_up)

    def on_screen_resume(self) -> None:
        if self._options is not None:
            self.query_one(TripList).read()

    def settings_changed(self) -> None:
        """Tell which backend and mode are active, and where words go that leave this computer."""
        session = self.app.session
        self.query_one(StatusLine).tell(
            [
                Fact("Tripartite", 9, "bold $accent"),
                Fact("three agents, one trip", 1, "$foreground-muted"),
                Fact(f"backend: {session.backend.name}", 5, least=LEAST_OF_A_BACKEND),
                Fact(f"mode: {session.settings.effort}", 6),
                Fact(session.backend.about, 2, "$foreground-muted"),
            ]
        )
        self._tell_where(*session.sent())
        if self._options is not None:
            self._read_words()

    def _tell_where(self, words: str, bad: bool) -> None:
        """Before a run: what leaves this computer, or why there would be no use in it."""
        line = self.query_one("#sent", Static)
        line.display = bool(words)
        if words:
            mark = ("✗ ", "$text-error") if bad else ("⇅ ", "$accent")
            more = "; set that right and start again, or take another with F8" if bad else ""
            line.update(Content.assemble(mark, words, more))

    @property
    def is_warm(self) -> bool:
        """Whether the reader and the atlas are loaded."""
        return self._warm.is_set()

    def has_read(self, words: str) -> bool:
        """Whether what is shown is the reading of these words."""
        return self._read == words

    # What has been understood

    @work(exclusive=True, group="warm-up", exit_on_error=False)
    async def _warm_up(self) -> None:
        """Loads the atlas and the reader once the screen is there, off the event loop."""
        from planner.tui.warmup import load

        try:
            complete, options = await asyncio.to_thread(load)
        finally:
            self._warm.set()
        self._options = self._options or options  # something may have been corrected by now
        self.query_one(Prompt).suggestions.complete = complete
        self.query_one(TripList).read()
        self._read_words()

    @on(Input.Changed, "Prompt")
    def _typed(self) -> None:
        self._read_words()

    @on(Prompt.Emptied)
    def _begin_anew(self) -> None:
        """What was corrected belonged to the words that are gone."""
        if self._options is not None:
            from planner.intake import Options as NewOptions

            self._options = NewOptions()

    @on(RequestChips.Corrected)
    def _corrected(self, message: RequestChips.Corrected) -> None:
        self._options = message.options
        self._read_words(pause=0)

    @work(exclusive=True, group="reading", exit_on_error=False)
    async def _read_words(self, pause: float = TYPING_PAUSE) -> None:
        if self._options is None:
            return
        await asyncio.sleep(pause)
        words, options = self.query_one(Prompt).value, self._options
        survey = await asyncio.to_thread(self.app.session.survey, words, options)
        self._show(survey, complain=False)
        self._read = words

    def _show(self, survey: Survey, *, complain: bool) -> None:
        assert self._options is not None
        self._survey = survey
        self.query_one(RequestChips).show(survey, self._options)
        said_something = bool(self.query_one(Prompt).value.strip()) or complain
        self.query_one("#notes", Static).update(_notes(survey) if said_something else Content())

    # Picking and planning

    @on(Input.Submitted, "Prompt")
    def _submitted(self) -> None:
        self._plan()

    @work(exclusive=True, group="planning", exit_on_error=False)
    async def _plan(self) -> None:
        """Plan what stands there now, or say what is wrong with it."""
        await self._warm.wait()
        words, options = self.query_one(Prompt).value, self._options
        if options is None:  # what could not be loaded is tried again
            self._warm.clear()
            self._warm_up()
            return
        survey = await asyncio.to_thread(self.app.session.survey, words, options)
        self._show(survey, complain=True)
        if words.strip():
            await asyncio.to_thread(self._remember, words)
        if survey.request is None:
            _, message = survey.problems[0]
            self.app.tell(f"Not planned yet: {message}", severity="error")
            return
        run = self.app.session.run(survey, words, options)
        if self._changing is not None and self._changing.overrides:
            if run.request == self._changing.request:
                run.overrides = dict(self._changing.overrides)
            else:
                self.app.tell("The request has changed, so your choices on its plan are dropped.")
        self.app.open_run(run, begin=True)

    def _remember(self, words: str) -> None:
        from agents.errors import TripartiteError

        try:
            self.app.session.store.remember(words)
        except TripartiteError as error:
            self.app.call_from_thread(self.app.tell, str(error), severity="warning")

    def write(self, words: str, options: Options | None, changing: TripRun | None = None) -> None:
        """Put a request into the prompt, to be planned, or to be changed if it has a plan."""
        from planner.intake import Options as NewOptions

        self._options, self._changing = options or NewOptions(), changing
        prompt = self.query_one(Prompt)
        prompt.write(words)
        prompt.focus()
        self._read_words(pause=0)

    def action_example(self, number: int) -> None:
        self.write(EXAMPLES[number], None)
        self._plan()

    @on(OptionList.OptionSelected, "#examples")
    def _example_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_example(event.option_index)

    @on(TripList.Chosen)
    def _trip_chosen(self, message: TripList.Chosen) -> None:
        self._reopen(message.trip)

    @work(exclusive=True, group="reopening", exit_on_error=False)
    async def _reopen(self, trip: TripSummary) -> None:
        from agents.errors import TripartiteError

        try:
            run = await asyncio.to_thread(self.app.session.reopen, trip.id)
        except TripartiteError as error:
            self.app.tell(str(error), severity="error")
        else:
            self.app.open_run(run, begin=False)

    # The lists

    @on(TripList.Listed)
    def _remember_past(self, message: TripList.Listed) -> None:
        self.query_one(Prompt).remember(message.past)

    def action_focus_prompt(self) -> None:
        self.query_one(Prompt).focus()

    @on(Prompt.LeftDownwards)
    def _to_the_lists(self) -> None:
        trips = self.query_one(TripList)
        lists = trips if trips.trips else self.query_one("#examples", OptionList)
        if lists.highlighted is None:
            lists.highlighted = 0
        lists.focus()


def _examples() -> list[Option]:
    return [
        Option(Content.assemble((f"F{n + FIRST_EXAMPLE_KEY} ", "bold $accent"), words))
        for n, words in enumerate(EXAMPLES)
    ]


def _notes(survey: Survey) -> Content:
    from planner.intake import part_of

    lines: list[Any] = [
        Content.assemble(("✗ ", "$error"), f"{LABELS.get(part_of(field), field)}: {message}")
        for field, message in survey.problems
    ]
    if survey.unread:
        words = ", ".join(f"“{words}”" for words in survey.unread)
        lines.append(Content.assemble(("? ", "$warning"), f"not understood: {words}"))
    if survey.request is not None and survey.assumed:
        assumed = "; ".join(f"{n.value} ({n.words})" for n in survey.assumed)
        lines.append(
            Content.assemble(("~ ", "$accent"), (f"assumed: {assumed}", "$foreground-muted"))
        )
    return Content("\n").join(lines)
