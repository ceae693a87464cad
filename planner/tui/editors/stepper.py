"""A small number that is counted up and down."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Key
from textual.reactive import reactive
from textual.widget import Widget


class Stepper(Widget, can_focus=True):
    """`− 2 +`: the arrow keys, + and −, a digit, or a click on either sign."""

    DEFAULT_CSS = """
    Stepper { width: 9; height: 1; background: $panel; }
    Stepper:focus { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,minus,down", "step(-1)", "Less", key_display="←"),
        Binding("right,plus,up", "step(1)", "More", key_display="→"),
    ]
    value: reactive[int] = reactive(1)

    def __init__(self, value: int, *, least: int, most: int, id: str | None = None) -> None:
        super().__init__(id=id)
        self._least, self._most = least, most
        self.set_reactive(Stepper.value, value)

    def validate_value(self, value: int) -> int:
        return max(self._least, min(value, self._most))

    def action_step(self, by: int) -> None:
        self.value += by

    def on_key(self, event: Key) -> None:
        if event.character and event.character.isdecimal():
            self.value = int(event.character)
            event.stop()

    def on_click(self, event: Click) -> None:
        self.value += 1 if event.x > self.size.width // 2 else -1

    def render(self) -> Content:
        return Content(f" − {self.value:^3} + ")
