"""Who travels: adults, children and their ages."""

from __future__ import annotations

import re

from agents.request import MAX_TRAVELLERS, Traveller
from planner.intake.notes import Log
from planner.intake.passage import NUMBER, Passage, number, pattern

DEFAULT_CHILD_AGE = 8
ADULT_AGE = 18
_LITTLE = {
    "baby": 0,
    "babies": 0,
    "infant": 0,
    "infants": 0,
    "newborn": 0,
    "toddler": 2,
    "toddlers": 2,
}
_GROWING = {"teenager": 15, "teenagers": 15, "teen": 15, "teens": 15}
_CHILD = (
    r"(?:kids?|children|child|sons?|daughters?|boys|girls|little ones?|toddlers?"
    r"|bab(?:y|ies)|infants?|newborn|twins"
    r"|teen(?:ager)?s?|grandchild(?:ren)?|grandkids?|grandsons?|granddaughters?)"
)
_SMALL = r"(?<![a-z])(?:my|our|his|her|their|small|young|little|twin|teenage)(?![a-z])"
"""One of these makes children of "girls" and "boys"; else they are a party of friends."""
_N = rf"(?<![\w.,])(?P<n>{NUMBER}|an?|single)"
_AGE = r"\d{1,2}(?: ?(?:years?|yrs?|y\.?o\.?)(?: old)?)?"
_AGES = rf"(?P<ages>{_AGE}(?:(?: ?, ?(?:and )?| and | ?[&+] ?| ?/ ?){_AGE})*)"
_YEARS_OLD = (
    rf"(?P<ages>{NUMBER}(?:(?: ?, ?| and | ?[&+] ?){NUMBER})*)[- ]?(?:years?"
    r"|yrs?|yo|y/o)(?:[- ]?olds?)?(?!\w)"
)
_WITH = r"(?:(?:and|with|plus) )?"
_MY = r"(?:my|our|his|her|their|the) "
_ADULT_COUNTS = (
    rf"{_N} (?:adults?|grown-?ups?|seniors?|retirees|pensioners)(?![a-z-])",
    rf"(?:group|party) of {_N}(?! ?-?(?:day|night|week))",
    (
        rf"(?:we are|we're|there are|there will be|there's|us) {_N} (?:of us"
        r"|people|persons|friends|adults)"
    ),
    rf"(?:the|just|all|for|only) {_N} of us",
    rf"(?:we are|we're) (?P<n>{NUMBER})(?=[\s]*(?:$|[.,;!)\0]|and |with |from |in ))",
    rf"{_N} of us(?=[\s]*(?:$|[.,;!)\0]|in |from |for |with |to ))",
    rf"{_N} (?:people|ppl|peeps|persons?|travell?ers?|pax|guests?|passengers?|couples?"
    r"|students|colleagues|tourists"
    rf"|women|men|ladies|girls|lads|boys|gals|guys|buddies|mates|sisters|brothers|siblings)(?![a-z])",
    (
        rf"for (?P<n>{NUMBER})(?=[\s]*(?:$|[.,;!)\0]|in [a-z\0]|from |with ))(?! ?-?(?:day"
        r"|night|week|hour|euro))"
    ),
)
_OTHERS = (
    rf" (?:{_MY})?(?:(?P<n>{NUMBER}) )(?:\w+ )?(?:friends|girlfriends|colleagues|mates|cousins|buddies"
    r"|siblings|sisters|brothers|others)(?![a-z])"
)
_WITH_OTHERS = rf"(?<![a-z])(?:with|(?:me|myself|i) (?:and|plus|\+|&)){_OTHERS}"
_AND_OTHERS = rf"(?<![a-z])(?:and|plus|\+){_OTHERS}"
_FRIENDS = rf"{_N} (?:\w+ )?friends"
_PAIR = (
    r"(?<![a-z])(?:(?:the )?both of us|(?:for )?(?:a |us as a |young |romantic )*couple(?! "
    r"of)(?:'s)?|honeymoon(?:ers)?"
    r"|(?:(?:me|i|we) and )?(?:with )?my (?:wife|husband|hubby|partner|girlfriend|gf|bf"
    r"|boyfriend|fiancee?|spouse|(?:mother|father|sister|brother)-in-law|mum|mom|mother"
    r"|dad|father|sister|brother|best friend|friend|boss|colleague|grandmother"
    r"|grandfather|aunt|uncle)"
    r"(?:,? (?:and|&) (?:i|me|myself))?(?!\w|'s)|with an? (?:good |old "
    r"|close )?(?:friend|colleague|mate)(?![a-z])"
    r"|(?:me|myself) (?:and|plus|\+|&) (?:my |the )?(?:wife|husband|hubby|partner|girlfriend|gf|bf|boyfriend|missus)(?!\w)"
    r"|(?:our )?(?:wedding )?anniversary|romantic|just us two|we two|us two|the pair of us)"
)
_GENERATIONS = (
    r"(?<![a-z])(?:mother|father|mum|mom|dad)(?: ?[-&] ?| and )(?:son|daughter)"
    r"(?= (?:trip|weekend|break|holiday|getaway|vacation|time|days?|\0))"
)
"""A trip for the two, whose child may be of any age."""
_PARENTS = r"(?<![a-z])(?:with )?my (?:parents|grandparents|in-laws|folks)(?: and (?:i|me))?"
_SOLO = (
    r"(?<![a-z])(?:solo(?: travell?er| trip)?|alone|by myself|on my own"
    r"|just (?:me|myself)|only me|just for me|for myself"
    r"|travelling single|single travell?er)(?![a-z])"
)
_NO_CHILDREN = (
    r"(?:no|without(?: the| any)?) (?:kids|children)|adults[- ]only|child-?free"
    r"|(?:kid|child|family)[- ]friendly"
)


def read_travellers(
    passage: Passage, log: Log, adults: int | None, children: tuple[int, ...] | None
) -> tuple[Traveller, ...] | None:
    """Everybody who comes along, or None when the number is a problem, which is then in the log."""
    for match in passage.take_all(_NO_CHILDREN):
        log.saw("travellers", "children", passage.said(match.span()))
    pair = passage.take(_GENERATIONS)
    family = _family(passage)
    ages, child_words = _children(passage, log)
    counted, adult_words, why = _adults(passage, bool(ages))
    if pair and not counted:
        counted, adult_words = 2 - len(ages), passage.said(pair.span())
    if family is not None:
        size, family_words, in_brackets = family
        ages = ages or in_brackets
        if size is None:
            size = 2 + (len(ages) or 2)
        counted = counted or max(1, min(2, size - 1) if not ages else size - len(ages))
        while not ages and counted + len(ages) < size:
            ages = [DEFAULT_CHILD_AGE] * (size - counted)
            log.assume(
                "travellers", f"{size - counted} children of {DEFAULT_CHILD_AGE}", family_words
            )
        adult_words = adult_words or family_words
    if adults is not None and children is not None:
        log.forget("travellers")
    if adults is not None:
        counted, adult_words, why = adults, "", ""
    if children is not None:
        ages, child_words = list(children), ""
    return _party(log, counted, ages, ", ".join(filter(None, (adult_words, child_words))), why)


def _party(
    log: Log, adults: int | None, ages: list[int], words: str, why: str
) -> tuple[Traveller, ...] | None:
    if adults is None:
        adults, why = 2, "nobody said how many adults"
    if why:
        log.assume("travellers", f"{adults} adult{'s' * (adults != 1)}", why)
    if wrong := [age for age in ages if not 0 <= age <= 17]:
        log.object_to("travellers", f"a child of {wrong[0]} is not a child; give ages from 0 to 17")
        return None
    people = adults + len(ages)
    if people > MAX_TRAVELLERS:
        log.object_to(
            "travellers",
            f"{people} people are more than the {MAX_TRAVELLERS} one plan can hold; split the group",
        )
        return None
    if adults < 1:
        log.object_to("travellers", f"{adults} adults cannot travel; give at least 1")
        return None
    if words or not why:
        shown = f"{adults} adult{'s' * (adults != 1)}"
        log.saw("travellers", shown + "".join(f", a child of {age}" for age in ages), words)
    return (Traveller(),) * adults + tuple(Traveller(age=age) for age in ages)


def _family(passage: Passage) -> tuple[int | None, str, list[int]] | None:
    """Its size, the words, and the ages that stand in brackets behind it."""
    if match := passage.take(rf"family of {_N}(?: ?\((?:aged?|ages)? ?{_AGES}\))?"):
        ages = [int(age) for age in re.findall(r"\d+", match["ages"] or "")]
        return (
            number(match["n"]),
            passage.said(match.span()),
            [age for age in ages if age < ADULT_AGE],
        )
    if match := passage.take(
        rf"(?P<n>{NUMBER})-person family|(?:as an?|our|with(?: my| the)?|a) family(?! (?:friend"
        r"|run|hotel|tick|of))"
    ):
        return number(match["n"]) if match["n"] else None, passage.said(match.span()), []
    return None


def _children(passage: Passage, log: Log) -> tuple[list[int], str]:
    ages: list[int] = []
    words: list[str] = []
    counted = (
        rf"(?<![a-z]){_WITH}(?:{_MY})?(?:(?P<n>{NUMBER}|an?|twin|the) )?(?:(?:small"
        rf"|young|little|twin|teenage) )*(?P<who>{_CHILD})(?![a-z-])"
    )
    aged = (
        rf" ?[(,]? ?(?:(?:who (?:is|are)|aged?|ages|of|is|are)? ?:? ?){_AGES} ?\)?(?!\d"
        r"|[.,]?\d| ?(?:days?|nights?|weeks?|[a-z]* ?adults?|euro|eur\b|km"
        r"|people|am\b|pm\b|:|may\b|june?|july?))"
    )
    for match in passage.take_all(counted + aged):
        given = [int(age) for age in re.findall(r"\d+", match["ages"])]
        given *= 2 if match["who"] == "twins" and len(given) == 1 else 1
        ages += [age for age in given if age < ADULT_AGE]
        words.append(passage.said(match.span()))
    for match in list(
        passage.take_all(
            rf"(?<![a-z]){_WITH}(?:{_MY}|an? )?(?:(?P<n>{NUMBER}) )?{_YEARS_OLD}(?: ?(?P<who>{_CHILD}"
            r"|twins?))?(?! (?:mother|father|mum|mom|dad|parents?|grand))"
        )
    ):
        given = [number(age) for age in re.findall(NUMBER, match["ages"])]
        given *= 2 if "twins" in match.group() else 1
        ages += [age for age in given if age < ADULT_AGE]
        words.append(passage.said(match.span()))
    for match in passage.matches(counted):
        if match["who"] in {"boys", "girls"} and not pattern(_SMALL).search(match.group()):
            continue
        passage.read(*match.span())
        words.append(passage.said(match.span()))
        ages += _unaged(match, len(ages), log, words[-1])
    return ages, ", ".join(words)


def _unaged(match: re.Match[str], known: int, log: Log, words: str) -> list[int]:
    who = match["who"]
    said = match["n"]
    if known and said is None:
        return []
    plural = who.endswith("s") or who == "children"
    count = (2 if plural else 1) if said in {None, "the", "twin"} else number(said)
    if who not in _LITTLE | _GROWING:
        count = max(0, count - known)
    if count == 0:
        return []
    age = (_LITTLE | _GROWING).get(who, DEFAULT_CHILD_AGE)
    log.assume(
        "travellers", f"{count} child{'ren' * (count != 1)} of {age}", f"no age in {words!r}"
    )
    return [age] * min(count, MAX_TRAVELLERS * 2)


def _adults(passage: Passage, with_children: bool) -> tuple[int | None, str, str]:
    """How many, the words that say so, and why when it is only a guess."""
    alone = not passage.find(r"(?<!\w)(?:we|us|our|we're|we'd)(?!\w)")
    if match := passage.take(_WITH_OTHERS):
        beside = 2 if passage.take(_PAIR) else 1
        return number(match["n"]) + beside, passage.said(match.span()), ""
    for expression in _ADULT_COUNTS:
        if match := passage.take(expression):
            count = number(match["n"])
            if "couple" in match.group():
                count *= 2
            return count, passage.said(match.span()), ""
    if match := passage.take(_AND_OTHERS):
        beside = 2 if passage.take(_PAIR) else 1
        return number(match["n"]) + beside, passage.said(match.span()), ""
    if match := passage.take(_FRIENDS):
        return number(match["n"]), passage.said(match.span()), ""
    for expression, count in ((_PARENTS, 3), (_SOLO, 1), (_PAIR, 2)):
        if matches := passage.take_all(expression):
            return count, passage.said(matches[0].span()), ""
    if with_children and alone and _says_my(passage):
        return 1, "", "one traveller speaks, of nobody else but the children"
    return None, "", ""


def _says_my(passage: Passage) -> bool:
    """Whether the traveller says "my"."""
    return bool(re.search(r"(?<!\w)(?:my|i|i'm|i'd)(?!\w)", passage.folded))
