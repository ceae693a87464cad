"""The frame of every editor: what was said, the fields, what is wrong, and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from pydantic import ValidationError
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.widgets import Button, Input, RadioSet, Static

from planner.intake import (
    Options,
    Survey,
    facets,
    filled_in,
    given_back,
    is_corrected,
    problems_with,
)
from planner.tui.editors.dots import Dots
from planner.tui.screens.base import AppDialog
from planner.tui.widgets.footer import FittingFooter
from planner.tui.widgets.shortened import Shortened

AROUND = 11
"""Lines that are not the fields', with what is wrong in two of them and the keys in one."""
AROUND_CRAMPED = 7
ROOMY = 24
"""Lines of a terminal that leave room for blank ones."""


class Unreadable(ValueError):
    """A field of an editor that cannot be read; the message is for the traveller."""


class _Fields(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls to the field in hand; the keys are the fields' and the editor's."""


class Editor(AppDialog["Options | None"]):
    """Corrects one part of the request: answers with the new options, or None when left alone."""

    DEFAULT_CSS = """
    Editor { align: center middle; background: $background 60%; }
    Editor > #frame {
        width: 76; max-width: 100%; height: auto;
        background: $surface; padding: 1 2; border-left: outer $primary;
    }
    Editor #heading { text-style: bold; color: $primary; }
    Editor #said { color: $text-muted; margin-bottom: 1; }
    Editor #body { height: auto; scrollbar-size-vertical: 1; }
    Editor #fault { color: $error; }
    Editor #actions { height: 1; margin-top: 1; }
    Editor #actions Button { margin-right: 1; min-width: 10; }
    Editor.-cramped > #frame { padding: 0 1; }
    Editor.-cramped #said { margin: 0; }
    Editor.-cramped #actions { margin: 0; }
    Editor .label { color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    Editor .field { height: auto; }
    Editor Input, Editor RadioSet, Editor SelectionList, Editor Select { background: $surface; }
    Editor Input { background: $panel; }
    Editor SelectionList {
        height: auto; padding: 0; scrollbar-size-vertical: 1; overflow-x: hidden;
        scrollbar-background: $surface; scrollbar-color: $panel-lighten-2;
    }
    Editor RadioSet:blur RadioButton.-selected > .toggle--label { background: transparent; }
    Editor RadioSet:focus { background-tint: transparent; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("ctrl+s", "save", "Save", priority=True),
    ]
    heading: ClassVar[str]
    corrects: ClassVar[tuple[str, ...]]
    """The parts of the request that this editor is for."""

    def __init__(self, part: str, survey: Survey, options: Options, today: date) -> None:
        super().__init__()
        self.part, self.survey, self.options, self.today = part, survey, options, today
        self.shown = filled_in(survey, options)
        """What the fields hold at first."""

    def body(self) -> ComposeResult:
        """The fields."""
        raise NotImplementedError

    def corrections(self) -> Mapping[str, object]:
        """The fields of the options as the traveller left them. Raises Unreadable."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        reasons = " ".join(facets(self.survey, self.options)[self.part].reasons)
        with Vertical(id="frame"):
            yield Static(self.heading, id="heading")
            yield Shortened(reasons or "Not said.", id="said")
            with _Fields(id="body"):
                yield from self.body()
            yield Shortened(id="fault")
            with Horizontal(id="actions"):
                yield Button("Save", variant="primary", id="save", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
                if any(is_corrected(part, self.options) for part in self.corrects):
                    yield Button("Back to my words", id="give-back", compact=True)
        yield FittingFooter(show_command_palette=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self._point_at_choices)

    def on_resize(self, event: Resize) -> None:
        """The fields take the lines there are, so that what is wrong and the ways out stay in sight."""
        cramped = event.size.height < ROOMY
        self.set_class(cramped, "-cramped")
        around = AROUND_CRAMPED if cramped else AROUND
        self.query_one("#body").styles.max_height = max(3, event.size.height - around)

    def _point_at_choices(self) -> None:
        """The keys start at what is chosen, not at the first of each group."""
        for group in self.query(RadioSet):
            for _ in range(group.pressed_index):
                RadioSet.action_next_button(group)  # without scrolling to it
        if isinstance(self.focused, Dots):
            self.focused.show_cursor()

    def show_fault(self, message: str) -> None:
        """Says what is wrong, and keeps everything that was typed."""
        self.query_one("#fault", Shortened).update(f"! {message}" if message else "")

    def beside(self) -> Options | None:
        """The other parts that the corrections are to fit."""
        return None

    @on(Button.Pressed, "#save")
    @on(Input.Submitted)
    def _save(self) -> None:
        self.action_save()

    def action_save(self) -> None:
        """Takes the corrections, or says what is wrong with them."""
        try:
            fields = {**dict(self.options), **self.corrections()}
            corrected = Options.model_validate(fields)
        except Unreadable as error:
            self.show_fault(str(error))
            return
        except ValidationError as error:
            self.show_fault(error.errors()[0]["msg"])
            return
        problems = [
            problem
            for part in self.corrects
            for problem in problems_with(part, corrected, today=self.today, beside=self.beside())
        ]
        if problems:
            self.show_fault(problems[0].message)
            return
        self.dismiss(corrected)

    @on(Button.Pressed, "#give-back")
    def _give_back(self) -> None:
        options = self.options
        for part in self.corrects:
            options = given_back(part, options)
        self.dismiss(options)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.action_cancel()

    def action_cancel(self) -> None:
        self.dismiss(None)
