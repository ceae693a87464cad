"""One passage and its options become one request: every part takes its own words."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationError

from agents.atlas import loader
from agents.atlas.elsewhere import find_elsewhere
from agents.atlas.names import MatchKind, lies_in
from agents.request import Commitment, Crowds, Dates, Effort, OpenWish, Pace, Relation, TripRequest
from planner.intake import (
    choices,
    commitments,
    money,
    origin,
    overrides,
    places,
    slots,
    stops,
    travel,
    who,
    wishes,
)
from planner.intake.checks import check, check_dates
from planner.intake.commitments import Appointment
from planner.intake.describe import listed
from planner.intake.draft import Draft
from planner.intake.notes import Log
from planner.intake.options import Options
from planner.intake.passage import Passage, pattern
from planner.intake.stay import settle
from planner.intake.stops import Places
from planner.intake.when import WhenReader
from planner.views.names import country, land

ROUTE_DAYS = 6
"""So many days would do for two places."""
NO_PLACE = "no place is named"
_ANYWHERE = (
    r"(?<![a-z])(?:somewhere|similar|anywhere|surprise (?:me|us)|where (?:should"
    r"|can|could|to|do|would|shall)|inspir[a-z]+"
    r"|any (?:city|place|destination)|which (?:city|place|destination)|(?:know"
    r"|idea|sure) where|suggest[a-z]*"
    r"|recommend[a-z]*|new place|city break|destination)(?![a-z])"
)


class Reader:
    """Reads one passage; the order is that of the surer readers first."""

    def __init__(
        self,
        passage: Passage,
        today: date,
        options: Options,
        log: Log,
        usual_effort: Effort = Effort.THINKING,
    ) -> None:
        self._passage, self._today, self._options, self._log = passage, today, options, log
        self._usual_effort = usual_effort
        self.draft = Draft()
        """What is resolved, also when there is no request."""

    def request(self) -> TripRequest | None:
        """The request, or None with the problems in the log."""
        passage, options, log = self._passage, self._options, self._log
        if passage.is_cut:
            log.assume("words", "only the first 4,000 characters", "more is not read")
        if passage.is_foreign:
            log.assume(
                "words", "English", "of other languages places, dates, lengths and sums are read"
            )
        amount = overrides.budget(options, money.read_money(passage, log), log)
        appointments, ready = overrides.appointments(
            options, commitments.read_appointments(passage, self._today), self._today, log
        )
        start = overrides.start_place(options, origin.read_origin(passage, log), log)
        on_land = travel.read_no_flying(passage, log, has_start=start is not None)
        where = places.read_places(passage, log, named=options.to)
        said = WhenReader(passage, self._today, log).read()
        when = overrides.when(options, said, where, log)
        travellers = who.read_travellers(passage, log, options.adults, options.children)
        manner = overrides.manner(options, wishes.read_manner(passage, log, on_land=on_land), log)
        self._settle_inside(where)
        ids, relation = self._destinations(where)
        choices.give_back_names(passage, [(m.start, m.end) for m in where.mentions], ids)
        chosen = choices.read_choices(passage, ids, log)
        open_wish = wishes.read_open_wish(
            passage,
            log,
            countries=where.codes(MatchKind.COUNTRY),
            regions=where.codes(MatchKind.REGION),
            lands=where.codes(MatchKind.LAND),
        ).model_copy(update={"without": where.refused})
        mentioned = choices.mentioned(passage, ids, log)
        interests = overrides.interests(options, wishes.read_interests(passage, log), log)
        self._report_leftovers(ids)
        if not ids:
            relation = self._open(open_wish)
        dates = settle(when, commitments.anchors(appointments), self._today, log)
        budget = amount and money.total(amount, dates.days if dates else 1, log)
        if dates:
            log.problems += check_dates(dates, self._today)
        self.draft = self._resolved(ids, dates, chosen.with_musts(mentioned), (appointments, ready))
        if dates is None or travellers is None or relation is None or log.problems:
            return None
        if relation is Relation.OPEN:
            self._suggest_a_route(open_wish, dates)
        return self._validated(
            {
                "words": passage.text,
                "destinations": ids,
                "relation": relation,
                "open": open_wish if relation is Relation.OPEN else None,
                "stay_nights": stops.nights(where, ids, relation, dates, options.stay_nights),
                "dates": dates,
                "origin": start,
                "travellers": travellers,
                "budget": budget,
                "tier": manner.tier,
                "interests": interests,
                "pace": manner.pace or Pace.NORMAL,
                "crowds": manner.crowds or Crowds.MIXED,
                "needs": manner.needs,
                "musts": self.draft.musts,
                "nevers": self.draft.nevers,
                "commitments": self.draft.commitments,
                "effort": manner.effort or self._usual_effort,
            }
        )

    def _resolved(
        self,
        ids: tuple[str, ...],
        dates: Dates | None,
        chosen: choices.Choices,
        appointments: tuple[list[Appointment], tuple[Commitment, ...]],
    ) -> Draft:
        """The parts that name days and places of the trip; their problems are in the log."""
        options, log = self._options, self._log
        undated, dated = appointments
        fixed = [commitments.fix(each, dates, ids, log) for each in undated] if dates else []
        known = ids or not log.problems
        return Draft(
            destinations=ids,
            dates=dates,
            musts=overrides.places("musts", options, chosen.musts, ids, log) if known else (),
            nevers=overrides.places("nevers", options, chosen.nevers, ids, log) if known else (),
            commitments=(*dated, *(each for each in fixed if each)),
        )

    def _settle_inside(self, where: Places) -> None:
        """Takes a quarter or a sight for its city, when nothing else says where to go."""
        if where.named or self._options.to is not None:
            return
        for span in list(slots.candidates(self._passage)):
            words = self._passage.said(span)
            first = slots.stands_first(self._passage, span[0]) and not wishes.interests_of(words)
            capital = self._passage.text[span[0]].isupper()
            strong = slots.slot_strength(self._passage, span) or capital or first
            around = slots.destinations_around(words) if strong else ()
            if len(around) == 1:
                where.ids, where.relation = list(around), Relation.ONE
                name = loader.index_entry(around[0]).name
                near = "a trip from there" if find_elsewhere(words) else "there"
                self._log.assume("destinations", name, f"{words!r} is {near}")
                return

    def _destinations(self, where: Places) -> tuple[tuple[str, ...], Relation | None]:
        """The ids, with those of a part of the world beside them, and how they belong together.

        Parts of the world alone stay an open wish; a route goes through one with one destination.
        """
        ids, asked = list(where.ids), self._options.relation
        onwards = where.onwards if asked is None else asked is Relation.THEN
        for part in where.parts:
            if not part.ids or set(part.ids) & set(ids):
                continue
            names = ", ".join(loader.index_entry(id).name for id in part.ids)
            if onwards and len(where.mentions) > 1:
                self._log.object_to(
                    "destinations",
                    f"there are {len(part.ids)} places in {part.name}; say which: {names}",
                )
            elif ids:
                self._log.assume("destinations", names, f"all that is known in {part.name}")
                ids += part.ids
        relation = asked or where.relation
        if relation is None and len(ids) > 1:
            if where.ids and len(where.ids) > 1:
                self._log.object_to(
                    "relation",
                    "the places can be read as a choice or as a route; write 'A or B', or 'A then B'",
                )
            relation = Relation.OR
        if len(ids) > 8:
            names = ", ".join(loader.index_entry(id).name for id in ids)
            self._log.object_to(
                "destinations",
                f"{len(ids)} places are too many to compare; name at most 8 of {names}",
            )
        if len(ids) == 1:
            relation = Relation.ONE
        elif relation is Relation.ONE and len(ids) > len(where.ids):
            relation = Relation.OR
        return tuple(ids), relation

    def _open(self, wish: OpenWish) -> Relation | None:
        """Open, when there is any wish to go by; else the problem that no place is named."""
        if self._log.problems:
            return None
        wished = any(note.field != "dates" for note in self._log.understood)
        anywhere = self._options.to == () or pattern(_ANYWHERE).search(self._passage.folded)
        if wish == OpenWish() and not wished and not anywhere:
            self._log.object_to(
                "destinations",
                f"{NO_PLACE}; name one ({slots.known_names()}), or say what it should be like "
                "('somewhere warm by the sea')",
            )
            return None
        if wish == OpenWish():
            self._log.assume("destinations", "every destination is compared", "no place is named")
        elif wish == OpenWish(without=wish.without):
            self._log.assume("destinations", "every other is compared", "no other place is named")
        return Relation.OPEN

    def _suggest_a_route(self, wish: OpenWish, dates: Dates) -> None:
        """Says that one place of a country or land is chosen, when the days would do for two."""
        if dates.days < ROUTE_DAYS or not (wish.countries or wish.lands):
            return
        inside = [
            entry.name
            for entry in loader.index()
            if lies_in(entry, (), wish.countries, wish.lands) and entry.id not in wish.without
        ]
        if len(inside) > 1:
            where = listed([*map(country, wish.countries), *map(land, wish.lands)], "or")
            self._log.assume(
                "destinations",
                f"one of the places in {where} is chosen",
                f"write '{inside[0]}, then {inside[1]}' for a route",
            )

    def _report_leftovers(self, ids: tuple[str, ...]) -> None:
        """Whatever looks like a name or a wish and was not read."""
        for span in list(slots.candidates(self._passage)):
            words = self._passage.said(span)
            strength = slots.slot_strength(self._passage, span)
            if any(note.words.startswith(f"{words!r} is ") for note in self._log.assumed):
                continue
            if self._options.to is not None:
                strength = 0
            around = next((id for id in ids if strength and slots.is_around(words, id)), None)
            if around:
                name = loader.index_entry(around).name
                self._log.assume("destinations", name, f"{words!r} is a part of it")
            elif strength == 2 or (strength == 1 and not ids):
                slots.object_to_unknown(words, self._log)
            elif len(words) > 2:
                refused = pattern(r"(?<![a-z])(?:no|not|without|avoid)(?: the| any)? $").search(
                    self._passage.folded[: span[0]]
                )
                self._log.miss(f"{refused.group().strip()} {words}" if refused else words)

    def _validated(self, values: dict[str, object]) -> TripRequest | None:
        if self._log.problems:
            return None
        try:
            request = TripRequest.model_validate(values)
        except ValidationError as error:
            for each in error.errors():
                field = ".".join(map(str, each["loc"]))
                message = each["msg"].removeprefix("Value error, ")
                named, _, rest = message.partition(": ")
                if not field and named in TripRequest.model_fields:
                    field, message = named, rest
                self._log.object_to(field or "request", message)
            return None
        self._log.problems += check(request, self._today)
        return None if self._log.problems else request
