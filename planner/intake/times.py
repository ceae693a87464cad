"""Times of day in words, and how long something takes: "at 8", "19:30", "from 8 to 10pm", "for 2 hours"."""

from __future__ import annotations

import re
from datetime import time

from planner.intake.passage import NUMBER, Passage, number, pattern

TIME = (
    r"(?:(?:at|around|about|by|from|@) )*(?<![\d.,:€$£/-])(?:(?P<h12>\d{1,2})(?:[:.](?P<m12>"
    r"\d\d))? ?(?P<half>[ap])\.?m\.?(?![a-z])"
    r"|(?P<h24>[01]?\d|2[0-4])(?::|h)(?P<m24>[0-5]\d)(?!\d)(?: ?h)?|(?P<name>noon"
    r"|midday|midnight)(?![a-z])"
    r"|(?<=at\s)(?P<bare>\d{1,2})(?: ?o'?clock)?(?![\d.,:/]\d|\d| ?(?:days?"
    r"|nights?|euro|eur|€|%|people|least)))"
)
_FROM = r"(?:(?:from|between|at) )?(?<![\d.,:/-])(?P<h>\d{1,2})(?:[:.h](?P<m>\d\d))? ?(?:(?P<half>[ap])\.?m\.?)? ?(?:-|to|until|till|and) ?$"
_UNTIL = r" ?(?:-|to|until|till) ?(?P<h>\d{1,2})(?:[:.h](?P<m>\d\d))? ?(?:(?P<half>[ap])\.?m\.?)?(?![\d/.:]|[a-z])"
LASTING = rf"(?<![a-z])(?:for|lasts|lasting|takes) (?:about )?(?P<n>{NUMBER}|an?)(?P<and_half>\.5| and a half)? ?(?P<unit>hours?|hrs?|h|minutes?|mins?)(?![a-z])"
_LONGEST_MINUTES = 720


def read_times(
    passage: Passage, match: re.Match[str], words: str
) -> tuple[time | None, time | None, tuple[int, int]]:
    """When it starts, when it ends if that is said ("from 8 to 10pm"), and where the words stand."""
    at = _time(match, words)
    if before := pattern(_FROM).search(passage.rest, 0, match.start()):
        end = at
        return _clock(before, end), end, (before.start(), match.end())
    if after := pattern(_UNTIL).match(passage.rest, match.end()):
        end = _clock(after, at, later=True)
        return at, end, (match.start(), after.end())
    return at, None, match.span()


def _clock(match: re.Match[str], other: time | None, *, later: bool = False) -> time | None:
    """A bare time; without "am" or "pm" it is on the same side of noon as the `other` one, if it can be."""
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if hour > 24 or minute > 59:
        return None
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"] == "p")
    elif other and hour < 12:
        afternoon = (hour + 12, minute)
        limit = (other.hour, other.minute)
        fits = (hour, minute) <= limit if later else afternoon < limit
        hour += 12 if fits else 0
    return time(hour % 24, minute)


def minutes_lasting(at: time, until: time | None, lasting: re.Match[str] | None) -> int | None:
    """Minutes from the start to the end, which may be after midnight; at most twelve hours."""
    if lasting:
        one = 1 if lasting["unit"].startswith("m") else 60
        minutes = number(lasting["n"]) * one + (one // 2 if lasting["and_half"] else 0)
    elif until:
        minutes = (until.hour - at.hour) * 60 + until.minute - at.minute
        minutes %= 24 * 60
    else:
        return None
    return minutes if 0 < minutes <= _LONGEST_MINUTES else None


def _time(match: re.Match[str], words: str) -> time | None:
    if match["name"]:
        return time(0) if match["name"] == "midnight" else time(12)
    minute = int(match["m12"] or match["m24"] or 0)
    hour = int(match["h12"] or match["h24"] or match["bare"])
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"] == "p")
    elif match["bare"] and hour < 12 and ("dinner" in words or "evening" in words or hour < 7):
        hour += 12
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None
