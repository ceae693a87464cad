"""Colours. Azulejo blue and brick: calm in the dark, readable in the light."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

THEMES = (
    Theme(
        name="tripartite-dark",
        primary="#6ea5f0",
        secondary="#5cc4cd",
        accent="#e2c068",
        warning="#e2a54f",
        error="#eb6f6f",
        success="#7ec880",
        foreground="#d6dae2",
        background="#14161b",
        surface="#1a1d24",
        panel="#222630",
        dark=True,
        variables={
            "footer-key-foreground": "#e2c068",
            "block-cursor-background": "#33496b",
            "block-cursor-foreground": "#e6eaf2",
            "block-cursor-text-style": "none",
        },
    ),
    Theme(
        name="tripartite-light",
        primary="#1f5fb0",
        secondary="#0f7a84",
        accent="#9a5b00",
        warning="#9a5b00",
        error="#b3261e",
        success="#2c7a33",
        foreground="#22262e",
        background="#fbfaf7",
        surface="#f3f1ec",
        panel="#e8e5de",
        dark=False,
        variables={
            "footer-key-foreground": "#9a5b00",
            "block-cursor-background": "#c9dcf5",
            "block-cursor-foreground": "#16191f",
            "block-cursor-text-style": "none",
        },
    ),
    Theme(
        name="tripartite-16",
        primary="ansi_bright_blue",
        secondary="ansi_cyan",
        accent="ansi_yellow",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        ansi=True,
        variables={
            "ansi-background": "ansi_black",
            "ansi-foreground": "ansi_white",
            "foreground-muted": "ansi_bright_black",
            "text-muted": "ansi_bright_black",
            "border-blurred": "ansi_bright_black",
            "block-cursor-foreground": "ansi_bright_white",
            "block-cursor-background": "ansi_blue",
            "block-cursor-text-style": "none",
            "input-cursor-background": "ansi_white",
            "input-cursor-foreground": "ansi_black",
            "input-cursor-text-style": "none",
            "input-selection-background": "ansi_bright_blue",
            "input-selection-foreground": "ansi_black",
            "screen-selection-background": "ansi_bright_blue",
            "screen-selection-foreground": "ansi_black",
            "footer-key-foreground": "ansi_yellow",
        },
    ),
)
DARK, _LIGHT, FEW_COLOURS = (theme.name for theme in THEMES)
"""The last is for terminals of 16 colours: their own palette, so that nothing is rounded away."""


def default_theme(known: Mapping[str, Theme], wanted: str, few_colours: bool) -> str:
    """The theme that was asked for, if it is known and the terminal can show it."""
    if wanted in known and (known[wanted].ansi or not few_colours):
        return wanted
    return FEW_COLOURS if few_colours else DARK
