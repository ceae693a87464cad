"""Lengths, dates and counts of other languages become English in their place: "fünf Tage", "12 mai".

A wish is read as English. These few words are read too, since a length or a date that is passed over
makes another trip; whatever else is said in another language is told as not read.
"""

from __future__ import annotations

import re
from functools import cache

_MONTHS = {
    "jan": "januar janvier enero gennaio janeiro januari",
    "feb": "februar fevrier febrero febbraio fevereiro februari",
    "mar": "marz mars marzo marco maart",
    "apr": "april avril abril aprile",
    "may": "mai mayo maggio maio mei",
    "jun": "juni juin junio giugno junho",
    "jul": "juli juillet julio luglio julho",
    "aug": "august aout agosto augustus",
    "sep": "september septembre septiembre setiembre settembre setembro",
    "oct": "oktober octobre octubre ottobre outubro",
    "nov": "november novembre noviembre novembro",
    "dec": "dezember decembre diciembre dicembre dezembro",
}
_UNITS = {
    "days": "tag tage tagen dia dias jour jours giorno giorni dag dagen",
    "nights": "nacht nachte nachten noche noches nuit nuits notte notti noite noites",
    "weeks": "woche wochen semana semanas semaine semaines settimana settimane weken",
    "adults": "erwachsene erwachsenen adultos adultes adulti volwassenen",
    "people": "personen personas personnes persone pessoas",
    "kids": "kind kinder kindern nino nina ninos enfant enfants bambino bambini crianca criancas kinderen",
}
_NUMBERS = {
    1: "ein eine einen einem un una une uno um uma een",
    2: "zwei dos deux due dois duas twee",
    3: "drei tres trois tre drie",
    4: "vier cuatro quatre quattro quatro",
    5: "funf cinco cinq cinque vijf",
    6: "sechs seis six sei zes",
    7: "sieben siete sept sette sete zeven",
    8: "acht ocho huit otto oito",
    9: "neun nueve neuf nove negen",
    10: "zehn diez dix dieci dez tien",
    14: "vierzehn catorce quatorze quattordici veertien",
    15: "funfzehn quince quinze quindici vijftien",
}
_WEEKENDS = "wochenende|fin de semana|fine settimana|fim de semana"
_LONG = r"(?:lang(?:es)? |largo |long |lungo |longo |prolongado )"
_EACH = r"(?:pro person|por persona|par personne|a persona|por pessoa|per persoon)"
_FROM = r"(?:du|del|dal|do|vom|von|de|dall'|le|il|el|am|on) "
_UNTIL = r"(?: ?[-–] ?| (?:au|al|a|ao|bis|bis zum|hasta el|tot|ate) )"
_GOES_ON = r"(?P<until> (?:au|al|ao|bis|bis zum|hasta el)(?= \d))?"
_DOTTED = rf"(?<![€$£])(?P<day>\d{{1,2}})\.(?P<number>0?[1-9]|1[0-2])\.(?!\d| ?[€$£]){_GOES_ON}"
_DAYS_OF = (
    r"(?<![\w./-])(?P<day>\d{1,2})\.? ?[-–] ?(?P<last>\d{1,2})\.(?P<number>0?[1-9]|1[0-2])\."
    r"(?P<year>\d{4})?(?!\d| ?[€$£])"
)
"""12.-16.5.2027, which is so written in no other way."""
_AND = r"(?P<and>(?<=\d) (?:et|und|y|e|en) (?=\d))"
_YEARS = r"(?<=\d) (?P<years>jahren?|ans|anos|anni|jaar)"
_MONTH_COMES = r"(?:im|en|em|in|ad|a|au mois de|en el mes de|anfang|mitte|ende|debut|fin) "


def _words(table: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


_MONTH_OF, _UNIT_OF = _words(_MONTHS), _words(_UNITS)
_NUMBER_OF = {word: n for n, words in _NUMBERS.items() for word in words.split()}
_LETTERS = re.compile("[a-z]+")
_RANGE = re.compile(r"\d\.\d{1,2}\.\s*(?:-|–|bis)\s*\d{1,2}\.\d{1,2}\.(?!\d)")
_TRIGGERS = frozenset((*_MONTH_OF, *_UNIT_OF, "wochenende", "semana", "settimana")) - {
    *("april", "august", "september", "november", "dia", "kind"),
}


@cache
def _rules() -> tuple[re.Pattern[str], ...]:
    month = rf"(?P<month>{_any_of(_MONTH_OF)})(?: (?:de|del) (?=\d{{4}}))?"
    day = r"(?P<day>\d{1,2})(?:\.|er|º|°)?"
    number = rf"(?P<n>\d{{1,2}}|{_any_of(_NUMBER_OF)})"
    expressions = (
        rf"(?:{_FROM})?{day}{_UNTIL}(?P<last>\d{{1,2}})\.? (?:de |di )?{month}",
        rf"(?:{_FROM})?{day} (?:de |di )?{month}{_GOES_ON}",
        _DOTTED,
        rf"{_MONTH_COMES}{month}",
        rf"{number} (?P<unit>{_any_of(_UNIT_OF)})(?P<inside> (?:no|na|nos|nas|a|en|em)(?= ))?",
        rf"(?P<long>{_LONG})?(?P<weekend>{_WEEKENDS})(?P<after> (?:largo|lungo|prolongado))?",
        rf"(?P<each>{_EACH})",
    )
    whole = (rf"(?<![\w.]){expression}(?!\w)" for expression in expressions)
    return tuple(
        re.compile(e.replace(" ?", r"\s*").replace(" ", r"\s+")) for e in (*whole, _AND, _YEARS)
    )


def _any_of(words: dict[str, str] | dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def is_foreign(folded: str) -> bool:
    """Whether any of the words that are made English may be there."""
    return not _TRIGGERS.isdisjoint(_LETTERS.findall(folded)) or bool(_RANGE.search(folded))


def in_english(folded: str) -> str:
    """`folded` with what is read of other languages in English, padded to the same length."""
    for rule in _rules() if is_foreign(folded) else ():
        folded = rule.sub(_put, folded)
    return _dotted().sub(_put, folded)


@cache
def _dotted() -> re.Pattern[str]:
    return re.compile(_DAYS_OF.replace(" ?", r"\s*"))


def _put(match: re.Match[str]) -> str:
    said = match.groupdict()
    english, room = _english(said), len(match.group())
    fits = (words for words in (english, english.replace(" ", "")) if len(words) <= room)
    return next(fits, match.group()).ljust(room)


def _english(said: dict[str, str | None]) -> str:
    if number := said.get("number"):
        name = [*_MONTHS][int(number) - 1]
        if last := said.get("last"):
            return f"{said['day']}-{last} {name} {said['year'] or ''}".rstrip()
        return f"{said['day']} {name}{' to' if said['until'] else ''}"
    if month := said.get("month"):
        name = _MONTH_OF[month]
        if said.get("last"):
            return f"{said['day']}-{said['last']} {name}"
        if day := said.get("day"):
            return f"{day} {name}{' to' if said['until'] else ''}"
        return name
    if unit := said.get("unit"):
        n = _NUMBER_OF.get(said["n"] or "", said["n"])
        units = _UNIT_OF[unit].removesuffix("s" if str(n) == "1" else "")
        return f"{n} {units}{' in' if said['inside'] else ''}"
    if said.get("weekend"):
        return "long weekend" if said["long"] or said["after"] else "weekend"
    if said.get("and"):
        return " & "
    return " yo" if said.get("years") else "pp"
