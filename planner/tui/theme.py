"""Colours. Azulejo blue and brick: calm in the dark, readable in the light."""

from __future__ import annotations

from collections.abc import Container

from textual.theme import Theme

FEW_COLOURS = "ansi-dark"
"""For terminals of 16 colours: their own palette, so that nothing is rounded to something unreadable."""

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
        variables={"footer-key-foreground": "#e2c068", "block-cursor-text-style": "none"},
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
        variables={"footer-key-foreground": "#9a5b00", "block-cursor-text-style": "none"},
    ),
)


def default_theme(known: Container[str], wanted: str, few_colours: bool) -> str:
    """The theme that was asked for if it is known, else the one that suits the terminal."""
    if wanted in known:
        return wanted
    return FEW_COLOURS if few_colours else THEMES[0].name
