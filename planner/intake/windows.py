"""Stretches of the calendar by name: months and parts of them, seasons, feasts, weekends."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from agents.atlas.dates import holidays_between

Window = tuple[date, date]
"""First and last day, both included."""

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n}
MONTH = (
    r"(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july"
    r"|jul|august|aug|september|sept|sep"
    r"|october|oct|november|nov|december|dec)(?![a-z])\.?"
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)(?![a-z])"
)
FRIDAY = 4
_SEASON_STARTS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
SEASON = "spring(?:time)?|summer(?:time)?|autumn|fall|winter(?:time)?"
ORDER = {
    word: n
    for n, words in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th"))
    for word in words.split()
}
_HALVES = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
PART = r"early|start(?: of)?|beginning(?: of)?|mid(?:dle(?: of)?)?|late|end(?: of)?"
NTH = "first|second|third|fourth|last|1st|2nd|3rd|4th"
_ELSEWHERE = (
    r"(?:[a-z]+(?:ian|ean|ese|ish|ic|tan|ish|ox)|hindu|thai|lunar|french|greek|nepali|bengali) "
)
"""Whose feast it is; one that no table knows is no reason to take another of the same name."""
FEAST = (
    r"chinese (?:lunar )?new year|lunar new year|korean new year|seollal|tet(?! offensive)(?![a-z])"
    r"|diwali|deepavali|holi(?![a-z])|dussehra|vesak|mid-?autumn festival|dragon boat festival|chuseok"
    r"|eid al[- ]?fitr|eid al[- ]?adha|eid(?![a-z])|rosh hashanah?|yom kippur|passover|pesach|nowruz|persian new year"
    r"|day of the dead|dia de (?:los )?muertos|oktoberfest|songkran|thai new year|canadian thanksgiving"
    r"|(?:st\.?|saint) patrick'?s day|canada day|australia day|hogmanay|mardi gras|notting hill carnival"
    rf"|{_ELSEWHERE}(?:new year(?:'?s)?(?: day)?|independence day|golden week|thanksgiving|easter|christmas day)"
    r"|easter|good friday|christmas(?! (?:market|tree|shopping))|xmas(?! market)"
    r"|new year(?:'?s)?(?: ?(?:eve|day))?|nye|pentecost|whitsun"
    r"|thanksgiving|hallowe'?en|valentine(?:'?s)?(?: day)?|ascension(?: day)?|carnival|golden week"
    r"|king'?s day|queen'?s day|bastille day|independence day|memorial day|labor day"
    r"|(?:early |late )?(?:may|august) bank holiday"
)


def month_number(word: str) -> int:
    """The month that a name or its first letters stand for."""
    return next(n for name, n in MONTHS.items() if name.startswith(word[:3]))


def weekday_number(word: str) -> int:
    """Monday is 0."""
    return next(n for n, name in enumerate(WEEKDAYS) if name.startswith(word[:3]))


def month_window(year: int, month: int, months: int = 1) -> Window:
    """So many whole months, from the first day to the last."""
    last_year, last = year + (month + months - 2) // 12, (month + months - 2) % 12 + 1
    return date(year, month, 1), date(last_year, last, calendar.monthrange(last_year, last)[1])


def season_window(year: int, season: str) -> Window:
    """A season as meteorologists of the north count it: three whole months; winter starts in `year`."""
    start = next(month for name, month in _SEASON_STARTS.items() if season.startswith(name))
    return month_window(year, start, 3)


def part_of(window: Window, part: str | None) -> Window:
    """The early, middle or late third of a window; all of it when no part is named."""
    if not part:
        return window
    third = _HALVES[re.split(r"\W", part)[0]]
    days = (window[1] - window[0]).days + 1
    if days <= 31:
        first = window[0] + timedelta(days=10 * third)
        return first, window[1] if third == 2 else first + timedelta(days=9)
    return month_window(
        window[0].year + (window[0].month + third - 1) // 12, (window[0].month + third - 1) % 12 + 1
    )


def section_of(window: Window, half: str | None, week: str | None) -> Window:
    """The first or second half of a window, or its first, second, third, fourth or last week."""
    first, last = window
    if half:
        middle = first + (last - first) / 2
        return (first, middle) if half == "first" else (middle + timedelta(days=1), last)
    if week == "last":
        return last - timedelta(days=6), last
    if week:
        start = first + timedelta(days=7 * ORDER[week])
        return start, start + timedelta(days=6)
    return window


def edge_of(window: Window, edge: str, days: int) -> Window:
    """The first or last so many days of a window."""
    first, last = window
    length = timedelta(days=days - 1)
    return (first, first + length) if edge == "first" else (last - length, last)


class UndatedFeast(ValueError):
    """A feast whose days no calendar here tells."""


def feast_days(name: str, year: int) -> Window:
    """The days one usually has off around a feast: Good Friday to Easter Monday, and so on.

    Raises UndatedFeast.
    """
    for key, (where, label, before, after) in _PUBLIC_FEASTS.items():
        if re.match(key, name):
            day = _public_holiday(where, label, year)
            return day - timedelta(days=before), day + timedelta(days=after)
    if name.startswith(
        ("easter", "good", "pentecost", "whitsun", "ascension", "carnival", "mardi")
    ):
        from dateutil.easter import easter

        first, last = next(days for key, days in _AROUND_EASTER.items() if name.startswith(key))
        sunday = easter(year)
        return sunday + timedelta(days=first), sunday + timedelta(days=last)
    days = next((days for key, days in _FIXED_FEASTS.items() if name.startswith(key)), None)
    if days is None:
        raise UndatedFeast(f"no calendar here has {name}")
    return days(year)


_AROUND_EASTER = {
    "easter": (-2, 1),
    "good": (-2, 1),
    "pentecost": (47, 50),
    "whitsun": (47, 50),
    "ascension": (39, 42),
    "carnival": (-51, -47),
    "mardi": (-51, -47),
}
_PUBLIC_FEASTS = {
    "chinese (?:lunar )?new|lunar new": ("SG", "Chinese New Year", 0, 2),
    "korean new|seollal": ("KR", "Korean New Year", 0, 2),
    "tet": ("VN", "Lunar New Year", 0, 2),
    "diwali|deepavali": ("IN", "Diwali", 1, 1),
    "holi": ("IN", "Holi", 1, 1),
    "dussehra": ("IN", "Dussehra", 1, 1),
    "vesak": ("SG", "Vesak Day", 1, 1),
    "mid-?autumn": ("TW", "Mid-Autumn Festival", 1, 1),
    "dragon": ("TW", "Dragon Boat Festival", 1, 1),
    "chuseok": ("KR", "Chuseok", 1, 1),
    "eid al[- ]?fitr": ("AE", "Eid al-Fitr", 0, 2),
    "eid al[- ]?adha": ("AE", "Eid al-Adha", 0, 2),
    "rosh": ("IL", "Rosh Hashanah", 0, 1),
    "yom": ("IL", "Yom Kippur", 1, 0),
    "passover|pesach": ("IL", "Pesach", 0, 6),
    "nowruz|persian": ("IR", "Nowruz", 0, 2),
    "thanksgiving": ("US", "Thanksgiving Day", 0, 3),
    "canadian": ("CA-ON", "Thanksgiving Day", 2, 0),
}
"""Whose calendar a feast is in, its name there, and the days before and after."""


def _public_holiday(where: str, label: str, year: int) -> date:
    """The first day with this name in the calendar of a country, or of a part of one ("CA-ON")."""
    country, _, part = where.partition("-")
    first, last = date(year, 1, 1), date(year, 12, 31)
    for day, name in holidays_between(country, part or None, first, last):
        if label in name.replace(" (estimated)", "").split("; "):
            return day
    raise UndatedFeast(f"no day of {label} is known in {year}")


def _oktoberfest(year: int) -> Window:
    """From the Saturday after 15 September to the first Sunday of October, or to the 3rd if that is later."""
    first = coming(5, date(year, 9, 15))
    return first, max(coming(6, date(year, 9, 30)), date(year, 10, 3))


def _long_weekend(month: int, first: int) -> Callable[[int], Window]:
    """Saturday to the Monday that is the first one at or after a day of a month."""

    def days(year: int) -> Window:
        monday = coming(0, date(year, month, first) - timedelta(days=1))
        return monday - timedelta(days=2), monday

    return days


_FIXED_FEASTS: dict[str, Callable[[int], Window]] = {
    "christmas": lambda year: (date(year, 12, 23), date(year, 12, 27)),
    "xmas": lambda year: (date(year, 12, 23), date(year, 12, 27)),
    "new": lambda year: (date(year, 12, 29), date(year + 1, 1, 2)),
    "nye": lambda year: (date(year, 12, 29), date(year + 1, 1, 2)),
    "hallow": lambda year: (date(year, 10, 30), date(year, 11, 1)),
    "valentine": lambda year: (date(year, 2, 13), date(year, 2, 15)),
    "golden": lambda year: (date(year, 4, 29), date(year, 5, 5)),
    "king": lambda year: (date(year, 4, 26), date(year, 4, 28)),
    "queen": lambda year: (date(year, 4, 26), date(year, 4, 28)),
    "bastille": lambda year: (date(year, 7, 13), date(year, 7, 15)),
    "independence": lambda year: (date(year, 7, 3), date(year, 7, 5)),
    "day of the dead": lambda year: (date(year, 10, 31), date(year, 11, 2)),
    "dia de": lambda year: (date(year, 10, 31), date(year, 11, 2)),
    "oktober": _oktoberfest,
    "songkran": lambda year: (date(year, 4, 13), date(year, 4, 15)),
    "thai": lambda year: (date(year, 4, 13), date(year, 4, 15)),
    "st": lambda year: (date(year, 3, 16), date(year, 3, 18)),
    "saint": lambda year: (date(year, 3, 16), date(year, 3, 18)),
    "canada": lambda year: (date(year, 6, 30), date(year, 7, 2)),
    "australia": lambda year: (date(year, 1, 25), date(year, 1, 27)),
    "hogmanay": lambda year: (date(year, 12, 30), date(year + 1, 1, 2)),
    "notting": _long_weekend(8, 25),
    "memorial": _long_weekend(5, 25),
    "late may": _long_weekend(5, 25),
    "labor": _long_weekend(9, 1),
    "late august": _long_weekend(8, 25),
    "august": _long_weekend(8, 25),
    "early may": _long_weekend(5, 1),
    "may": _long_weekend(5, 1),
}


def next_year_of(window: Callable[[int], Window], today: date, *, whole: bool = False) -> Window:
    """The first occurrence that is not over; with `whole`, that has not begun either."""
    for year in (today.year - 1, today.year, today.year + 1):
        first, last = window(year)
        if (first if whole else last) > today:
            return first, last
    return window(today.year + 2)


def coming(weekday: int, after: date) -> date:
    """The first such weekday later than `after`."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


def friday_of_week(day: date) -> date:
    """The Friday of the week that starts on the Monday before or at `day`."""
    return day + timedelta(days=FRIDAY - day.weekday())
