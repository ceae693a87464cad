"""Names of people that are names of places too: "my daughter Florence", "with Sydney to Lisbon"."""

from __future__ import annotations

from planner.intake.passage import Passage, pattern

_KIN = (
    r"(?:daughter|son|wife|husband|partner|spouse|fianc(?:e|ee)|girlfriend|boyfriend|friend|mate|buddy|sister"
    r"|brother|mother|mum|mom|mummy|father|dad|daddy|grand(?:mother|father|ma|pa|son|daughter)|granny|aunt|auntie"
    r"|uncle|cousin|niece|nephew|boss|colleague|baby|kid|child|twin|dog|cat)s?"
)
_LEADS = (
    rf"(?<![a-z])(?:my|his|her|our|their) (?:[a-z]+ )?{_KIN} ",
    r"(?<![a-z])(?:i'm|i am|my name is|named|called|this is) ",
)
_NAMES = r"(?P<name>[^\W\d_]+)(?! (?:airport|hotel))"
_JOINED = r" (?:and|&) (?P<name>[^\W\d_]+)"
_WITH = r"(?<![a-z])with (?P<name>[^\W\d_]+)(?:,? (?:and|&) (?P<other>[^\W\d_]+))? (?:to|going to) "


def read_persons(passage: Passage) -> None:
    """Takes the names of people, so that none is read as a place; a name has a capital."""
    for lead in _LEADS:
        for match in pattern(lead + _NAMES).finditer(passage.folded):
            several = match.group().removesuffix(match["name"]).rstrip().endswith("s")
            _take(passage, *match.span("name"))
            if several and (joined := pattern(_JOINED).match(passage.folded, match.end())):
                _take(passage, *joined.span("name"))
    for match in pattern(_WITH).finditer(passage.folded):
        for group in ("name", "other"):
            _take(passage, *match.span(group))


def _take(passage: Passage, start: int, end: int) -> None:
    if start >= 0 and passage.text[start].isupper():
        passage.read(start, end)
