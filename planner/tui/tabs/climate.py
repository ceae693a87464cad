"""The climate by month, for several places on one scale, or for one place with its figures."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from planner.views.comparison import ClimateYear, bars, scale

MONTHS = "jfmamjjasond"
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAME = 10
FIGURE = 5
GAP = "  "
MUTED = "$foreground-muted"
SERIES = (("high °C", "$text-warning"), ("low °C", "$text-primary"), ("rain mm", "$text-accent"))


def climate_chart(years: Sequence[ClimateYear]) -> Content:
    """A line a place: twelve bars each for high, low and rain, and the figure of the trip's month.

    All places share one scale of degrees and one of rain. About 67 columns wide.
    """
    if not years:
        return Content("")
    degrees, rain = _scales(years)
    lines = [_titles(years[0]), _letters(years[0])]
    for year in years:
        series = zip(_values(year), (degrees, degrees, rain), SERIES, strict=True)
        parts = [_graph(values, ends, year.months, style) for values, ends, (_, style) in series]
        lines.append(Content(GAP).join([_fitted(year.name, NAME, "bold"), *parts]))
    reach = f"bars from {degrees[0]:.0f} to {degrees[1]:.0f} °C and 0 to {rain[1]:.0f} mm a month"
    lines.append(Content.styled(" " * (NAME + len(GAP)) + reach, MUTED))
    return Content("\n").join(lines)


def _values(year: ClimateYear) -> tuple[Sequence[float], ...]:
    return year.high_c, year.low_c, year.rain_mm


def _scales(years: Sequence[ClimateYear]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of the bars: of degrees, and of rain, which begin at none."""
    degrees = scale(series for year in years for series in (year.high_c, year.low_c))
    return degrees, (0.0, scale(year.rain_mm for year in years)[1])


def _titles(year: ClimateYear) -> Content:
    when = month_words(year.months)
    parts = [_fitted("", NAME)]
    for title, style in SERIES:
        parts.append(_fitted(title, len(MONTHS), style) + _fitted(when, FIGURE, MUTED, right=True))
    return Content(GAP).join(parts)


def month_words(months: Sequence[int]) -> str:
    """ "May", "May–Jun", or "" without months."""
    names = [MONTH_NAMES[m - 1] for m in months]
    return f"{names[0]}–{names[-1]}" if len(names) > 1 else "".join(names)


def _letters(year: ClimateYear) -> Content:
    """The months' first letters; the trip's are capitals."""
    letters = Content.assemble(
        *(
            (letter.upper(), "bold underline") if number in year.months else (letter, MUTED)
            for number, letter in enumerate(MONTHS, 1)
        )
    )
    parts = [_fitted("", NAME), *(letters.pad_right(FIGURE) for _ in SERIES)]
    return Content(GAP).join(parts)


def _graph(
    values: Sequence[float], ends: tuple[float, float], months: Sequence[int], style: str
) -> Content:
    drawn = bars(values, *ends)
    graph = Content.assemble(
        *((bar, style if n in months else MUTED) for n, bar in enumerate(drawn, 1))
    )
    return graph + _fitted(_figure(values, months), FIGURE, style, right=True)


def _figure(values: Sequence[float], months: Sequence[int]) -> str:
    """What is usual in the trip's months: "20", or "20–24" when they differ."""
    told = sorted({round(values[m - 1]) for m in months})
    if len(told) > 1:
        return f"{told[0]}–{told[-1]}"
    return str(told[0]) if told else ""


def _fitted(text: str, width: int, style: str = "", *, right: bool = False) -> Content:
    content = Content.styled(" ".join(text.split()), style).truncate(width, ellipsis=True)
    blank = width - content.cell_length
    return content.pad_left(blank) if right else content.pad_right(blank)


def climate_table(year: ClimateYear) -> Content:
    """Two lines of months side by side, as figures and bars; the trip's are marked "▸"."""
    head = Content.assemble(
        " " * 5, *((f"{GAP}{title:>7}", style) for title, style in SERIES), " " * len(GAP)
    )
    half = len(MONTHS) // 2
    months = [_month(year, number) for number in range(1, len(MONTHS) + 1)]
    rows = [Content(GAP * 2).join(pair) for pair in zip(months[:half], months[half:], strict=True)]
    return Content("\n").join([head.rstrip() + Content(GAP * 2 + " ") + head, *rows])


def _month(year: ClimateYear, number: int) -> Content:
    own = number in year.months
    degrees, rain = _scales([year])
    parts = [
        _fitted(f"{'▸' if own else ' '} {MONTH_NAMES[number - 1]}", 5, "bold" if own else MUTED)
    ]
    for values, ends, (_, style) in zip(
        _values(year), (degrees, degrees, rain), SERIES, strict=True
    ):
        value = values[number - 1]
        figure = _fitted(f"{value:.0f}", 5, "bold" if own else "", right=True)
        bar = Content.styled(bars([value], *ends), style if own else MUTED)
        parts.append(figure + " " + bar)
    return Content(GAP).join(parts)
