"""Who does the agents' thinking: what there is to choose from, and a field for any other."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key, Paste
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from agents.cleaning import clean_line
from agents.errors import RequestError
from planner.backends import BackendChoice
from planner.tui.screens.base import AppDialog
from planner.tui.widgets.choices import Choices
from planner.tui.widgets.footer import FittingFooter

EXAMPLES = "ollama:qwen3:8b, http://localhost:8000/v1#MODEL, activities=openai:MODEL"
LONGEST = 300
MOST_TOLD = 250
"""Characters of what is wrong with a spec: of every backend there is, the first few will do."""


class SpecInput(Input):
    """One line for a backend's spec; what is pasted becomes one, without control characters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.to_the_list", "To the list", show=False),
    ]

    def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(clean_line(event.text, LONGEST))


class BackendScreen(AppDialog[str | None]):
    """Gives what was chosen, as `Session.choose_backend` takes it, or None. No server is asked."""

    DEFAULT_CSS = """
    BackendScreen > Vertical {
        width: 92%; max-width: 96; height: auto; max-height: 90%; padding: 0 1;
        background: $surface; border: round $primary;
    }
    BackendScreen OptionList { height: auto; max-height: 50vh; background: $surface; padding: 0; }
    BackendScreen OptionList, BackendScreen OptionList:focus { border: none; }
    BackendScreen Input { margin-top: 1; border: round $foreground 30%; background: $surface; }
    BackendScreen Input:focus { border: round $primary; }
    BackendScreen #hint { height: auto; max-height: 5; padding: 0 1; overflow-y: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("tab", "app.focus_next", "List or field"),
    ]

    def compose(self) -> ComposeResult:
        session = self.app.session
        self._choices = session.to_choose_from()
        box = Vertical()
        box.border_title = Content("Who does the agents' thinking?")
        with box:
            yield Choices(
                *(Option(self._line(one, session.active(one.name))) for one in self._choices),
                markup=False,
            )
            if not self.app.is_web:  # a visitor must not send the server to any address or file
                field = SpecInput(placeholder=EXAMPLES, max_length=LONGEST, select_on_focus=False)
                field.border_title = Content("Any other")
                yield field
                yield Static(id="hint", markup=False)
        yield FittingFooter(show_command_palette=False)

    def on_mount(self) -> None:
        active = [bool(self.app.session.active(one.name)) for one in self._choices]
        chooser = self.query_one(OptionList)
        chooser.highlighted = active.index(True) if any(active) else 0
        chooser.focus()

    def on_key(self, event: Key) -> None:
        """What is typed on the list is meant for the field."""
        if event.is_printable and event.character and self._to_the_field(event.character):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: Paste) -> None:
        if self._to_the_field(clean_line(event.text, LONGEST)):
            event.stop()

    def _to_the_field(self, text: str) -> bool:
        """Write `text` where there is a field that has not the focus already."""
        for field in self.query(SpecInput):
            if not field.has_focus:
                field.focus()
                field.insert_text_at_cursor(text)
                return True
        return False

    def _line(self, choice: BackendChoice, active: str) -> Content:
        """Two lines: which it is, and below where words would go or why it cannot be used."""
        stands = self.app.session.standing(choice.name)
        mark, style = ("✗", "$text-error") if stands.lacks else ("●" if active else "○", "$accent")
        return Content.assemble(
            (f"{mark} ", style),
            (choice.name, "bold"),
            (f" ({active})" if active else "", "$accent"),
            (f"  {choice.about}" if choice.about else "", "$foreground-muted"),
            "\n  ",
            (stands.words, "$text-error" if stands.lacks else "$foreground-muted"),
        )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index].name)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._hint(self._checked(event.value)[1])

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        spec, told = self._checked(event.value)
        if spec is not None:
            self.dismiss(spec)
        elif event.value.strip():
            self._hint(told)
        else:
            self.query_one(OptionList).focus()

    def _checked(self, spec: str) -> tuple[str | None, Content]:
        """The spec, if a backend is meant by it, and what there is to say of that."""
        if not spec.strip():
            return None, Content()
        session = self.app.session
        try:
            agent, choice = session.look_at(spec)
        except RequestError as error:
            why = "; ".join(message for _, message in error.problems)
            return None, Content.assemble(("✗ ", "$text-error"), (clean_line(why, MOST_TOLD), ""))
        stands = session.standing(choice.name)
        mark = ("! ", "$text-error") if stands.lacks else ("✓ ", "$text-success")
        whom = f"for {agent} alone: " if agent else ""
        return spec.strip(), Content.assemble(mark, whom, stands.words)

    def _hint(self, words: Content) -> None:
        self.query_one("#hint", Static).update(words)

    def action_to_the_list(self) -> None:
        self.query_one(OptionList).focus()
