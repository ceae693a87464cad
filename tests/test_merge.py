"""The merge: one list of candidates from what the agents found, and a decision for every conflict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from travellers import ask

from agents.errors import BackendError, RequestError
from agents.evidence import Ledger
from agents.findings import (
    ActivityFinds,
    Anchor,
    Criterion,
    DestinationComparison,
    Draft,
    DraftDay,
    Find,
    ItineraryDraft,
    RatedDestination,
    RuledOut,
    Tip,
)
from agents.request import (
    Budget,
    Dates,
    Needs,
    OpenWish,
    Relation,
    Tier,
    Traveller,
)
from agents.tools import place_fact
from planner.candidates import Candidate
from planner.merge import AGREEMENT, DRAFT_FIT, Merged, merge
from planner.plan import Decision

EITHER = {"destinations": ("lisbon", "porto"), "relation": Relation.OR}
CRITERIA = ("cost", "interests", "weather")
scores = st.lists(st.floats(0, 1), min_size=3, max_size=3)
weights = st.lists(st.floats(0.2, 4), min_size=3, max_size=3)


def finds(*places: str, fit: float = 0.6, ruled_out: Mapping[str, str] | None = None) -> Any:
    """Finds and refusals, given as "destination/place"."""
    return ActivityFinds(
        finds=tuple(
            Find(destination=p.partition("/")[0], place=p.partition("/")[2], fit=fit)
            for p in places
        ),
        ruled_out=tuple(RuledOut(subject=s, reason=r) for s, r in (ruled_out or {}).items()),
    )


def draft(*places: str, stops: tuple[str, ...] = ("lisbon",), nights: Any = (3,)) -> ItineraryDraft:
    """A draft of one day with these anchors."""
    day = DraftDay(
        destination=stops[0], theme="a day", anchors=tuple(Anchor(place=p) for p in places)
    )
    return ItineraryDraft(drafts=(Draft(stops=stops, nights=nights, days=(day,)),))


def rated(id: str, values: list[float], weighed: list[float] | None = None) -> RatedDestination:
    criteria = zip(CRITERIA, values, weighed or [1.0] * len(values), strict=False)
    return RatedDestination(
        destination=id,
        criteria=tuple(Criterion(name=n, score=s, weight=w) for n, s, w in criteria),
    )


def comparison(*places: RatedDestination) -> DestinationComparison:
    return DestinationComparison(rated=places)


def merged(
    findings: Mapping[str, BaseModel],
    overrides: Mapping[str, str] | None = None,
    **request: Any,
) -> Merged:
    return merge(ask(4, **request), findings, Ledger(), overrides)


def candidate(found: Merged, id: str) -> Candidate:
    return next(c for c in found.candidates if c.id == id)


def decision(found: Merged, id: str) -> Decision:
    return next(d for d in found.decisions if d.id == id)


def went(found: Merged) -> tuple[str, ...]:
    return tuple(s.destination for s in found.stops)


def test_what_any_agent_found_is_a_candidate_once() -> None:
    found = merged(
        {
            "itinerary": draft("jeronimos", "maat"),
            "activities": finds("lisbon/maat", "lisbon/oceanario"),
        }
    )
    assert [c.id for c in found.candidates] == [
        "lisbon/jeronimos",
        "lisbon/maat",
        "lisbon/oceanario",
    ]


def test_agreement_between_agents_counts() -> None:
    found = merged(
        {"itinerary": draft("maat"), "activities": finds("lisbon/maat", "lisbon/oceanario")}
    )
    both, one = candidate(found, "lisbon/maat"), candidate(found, "lisbon/oceanario")
    assert set(both.proposed_by) == {"itinerary", "activities"}
    assert both.fit == pytest.approx(0.6 + AGREEMENT)
    assert one.proposed_by == ("activities",)
    assert one.fit == 0.6


def test_an_agent_that_says_it_twice_does_not_agree_with_itself() -> None:
    found = merged({"activities": finds("lisbon/maat", "lisbon/maat")})
    assert candidate(found, "lisbon/maat").fit == 0.6


def test_nothing_fits_better_than_perfectly() -> None:
    found = merged({"itinerary": draft("maat"), "activities": finds("lisbon/maat", fit=0.95)})
    assert candidate(found, "lisbon/maat").fit == 1.0


def test_an_anchor_is_worth_something_by_itself_and_keeps_its_day() -> None:
    found = merged({"itinerary": draft("maat")})
    assert candidate(found, "lisbon/maat").fit == DRAFT_FIT
    assert candidate(found, "lisbon/maat").anchored == {0}
    assert found.themes[0] is not None
    assert found.themes[1:] == (None, None, None)


def test_every_candidate_rests_on_the_record_of_its_place() -> None:
    ledger = Ledger()
    found = merge(ask(4), {"activities": finds("lisbon/maat")}, ledger)
    key = place_fact("lisbon", "maat").key
    assert candidate(found, "lisbon/maat").evidence == (key,)
    assert key in ledger


def test_a_wish_against_a_stated_reason_is_decided_and_said() -> None:
    found = merged(
        {
            "itinerary": draft("maat"),
            "activities": finds(ruled_out={"lisbon/maat": "closed for works"}),
        }
    )
    settled = decision(found, "place:lisbon/maat")
    assert found.candidates == ()
    assert settled.chosen == "out"
    assert {(p.by, p.value) for p in settled.proposals} == {
        ("itinerary", "in"),
        ("activities", "out: closed for works"),
    }
    assert [(x.place_id, x.reason, x.detail) for x in found.left_out] == [
        ("maat", "ruled_out", "closed for works")
    ]


def test_the_traveller_can_take_the_other_side() -> None:
    findings = {
        "itinerary": draft("maat"),
        "activities": finds(ruled_out={"lisbon/maat": "closed for works"}),
    }
    found = merged(findings, {"place:lisbon/maat": "in"})
    assert candidate(found, "lisbon/maat").proposed_by == ("itinerary",)
    assert decision(found, "place:lisbon/maat").chosen == "in"
    assert decision(found, "place:lisbon/maat").rule == "your own choice"
    assert found.left_out == ()


def test_what_all_rule_out_is_left_out_without_a_decision() -> None:
    found = merged({"activities": finds(ruled_out={"lisbon/maat": "closed"})})
    assert found.decisions == ()
    assert [x.place_id for x in found.left_out] == ["maat"]


def test_a_must_is_in_whatever_the_agents_say() -> None:
    found = merged({"activities": finds(ruled_out={"lisbon/maat": "dull"})}, musts=("lisbon/maat",))
    assert candidate(found, "lisbon/maat").required
    assert "traveller" in candidate(found, "lisbon/maat").proposed_by


def test_a_must_that_no_record_knows_is_named() -> None:
    found = merged({"activities": finds("lisbon/maat")}, musts=("lisbon/flying-tram",))
    assert [u.name for u in found.unverified] == ["lisbon/flying-tram"]
    assert [c.id for c in found.candidates] == ["lisbon/maat"]


@pytest.mark.parametrize(
    ("place", "wish", "reason", "words"),
    [
        ("maat", {"nevers": ("lisbon/maat",)}, "never", "you do not want it"),
        ("maat", {"nevers": ("kind:museum",)}, "never", "any museum"),
        ("alfama-lanes", {"needs": Needs(step_free=True)}, "step_free", "not step-free"),
        ("jeronimos", {"needs": Needs(step_free=True)}, "step_free", "only partly step-free"),
        ("ramiro", {"needs": Needs(step_free=True)}, "step_free", "not known to be step-free"),
        (
            "clube-de-fado",
            {"travellers": (Traveller(), Traveller(age=8))},
            "children",
            "not for children",
        ),
    ],
)
def test_what_a_need_forbids_is_left_out_with_the_reason(
    place: str, wish: dict[str, Any], reason: str, words: str
) -> None:
    found = merged({"activities": finds(f"lisbon/{place}", "lisbon/oceanario")}, **wish)
    assert [c.id for c in found.candidates] == ["lisbon/oceanario"]
    (left,) = found.left_out
    assert (left.place_id, left.reason) == (place, reason)
    assert words in left.detail
    assert left.proposed_by == ("activities",)


def test_names_that_no_record_knows_are_unverified_and_no_candidates() -> None:
    found = merged(
        {
            "itinerary": draft("Secret Rooftop"),
            "activities": finds("lisbon/maat", "lisbon/Flying Tram", "atlantis/harbour"),
        }
    )
    assert [c.id for c in found.candidates] == ["lisbon/maat"]
    assert {(u.named_by, u.name) for u in found.unverified} == {
        ("itinerary", "lisbon/Secret Rooftop"),
        ("activities", "lisbon/Flying Tram"),
        ("activities", "atlantis/harbour"),
    }
    assert all(u.why for u in found.unverified)


def test_places_elsewhere_are_no_candidates() -> None:
    found = merged({"activities": finds("lisbon/maat", "porto/livraria-lello")})
    assert [c.id for c in found.candidates] == ["lisbon/maat"]


def test_tips_are_for_where_one_goes_and_rest_on_something() -> None:
    ledger = Ledger()
    key = ledger.enter(place_fact("lisbon", "maat"), tool="place", asked_by="activities")
    tips = ActivityFinds(
        tips=(
            Tip(destination="lisbon", text="book ahead", evidence=(key,)),
            Tip(destination="lisbon", text="a rumour", evidence=("rumour",)),
            Tip(destination="porto", text="elsewhere"),
        )
    )
    assert [t.text for t in merge(ask(4), {"activities": tips}, ledger).tips] == ["book ahead"]


def test_a_clear_lead_decides() -> None:
    found = merged(
        {
            "destinations": comparison(rated("lisbon", [0.5] * 3), rated("porto", [0.8] * 3)),
            "activities": finds("lisbon/maat", "lisbon/oceanario"),
        },
        **EITHER,
    )
    assert went(found) == ("porto",)
    settled = decision(found, "destination")
    assert settled.rule == "the best total of the comparison"
    assert settled.chosen == "Porto (0.80)"
    assert {(p.by, p.value) for p in settled.proposals} == {
        ("destinations", "Porto"),
        ("activities", "Lisbon"),
    }
    assert [r.destination for r in found.comparison] == ["porto", "lisbon"]


def test_a_close_call_is_settled_by_votes() -> None:
    found = merged(
        {
            "destinations": comparison(rated("porto", [0.80] * 3), rated("lisbon", [0.79] * 3)),
            "activities": finds("lisbon/maat"),
            "itinerary": draft("maat"),
        },
        **EITHER,
    )
    assert went(found) == ("lisbon",)
    assert "votes" in decision(found, "destination").rule


def test_without_a_comparison_votes_decide() -> None:
    found = merged(
        {"activities": finds("porto/livraria-lello"), "itinerary": draft(stops=("porto",))},
        **EITHER,
    )
    assert went(found) == ("porto",)
    assert "no comparison" in decision(found, "destination").rule


def test_with_nothing_to_go_by_the_first_that_was_named_is_taken() -> None:
    found = merged({}, **EITHER)
    assert went(found) == ("lisbon",)
    assert "the first you named" in decision(found, "destination").rule


def test_an_open_request_goes_to_the_best_that_was_found() -> None:
    wish = {"destinations": (), "relation": Relation.OPEN, "open": OpenWish()}
    for findings, there in (
        ({"destinations": comparison(rated("rome", [0.9]), rated("porto", [0.5]))}, "rome"),
        ({"itinerary": draft(stops=("porto",))}, "porto"),
        ({"activities": finds("lisbon/maat")}, "lisbon"),
    ):
        assert went(merged(findings, **wish)) == (there,)
    with pytest.raises(BackendError, match="name one"):
        merged({}, **wish)


def test_a_rating_of_a_place_that_is_not_in_the_atlas_is_not_heard() -> None:
    found = merged(
        {"destinations": comparison(rated("atlantis", [1.0] * 3), rated("porto", [0.5] * 3))},
        destinations=(),
        relation=Relation.OPEN,
        open=OpenWish(),
    )
    assert went(found) == ("porto",)


def test_the_traveller_can_choose_the_other_destination() -> None:
    findings = {"destinations": comparison(rated("lisbon", [0.9]), rated("porto", [0.1]))}
    found = merged(findings, {"destination": "porto"}, **EITHER)
    assert went(found) == ("porto",)
    assert decision(found, "destination").rule == "your own choice"


def test_a_place_that_insists_decides_where_to_go_or_is_named() -> None:
    findings = {"destinations": comparison(rated("lisbon", [0.9]), rated("porto", [0.1]))}
    found = merged(findings, musts=("porto/livraria-lello",), **EITHER)
    told = {x.place_id for x in found.left_out} | {u.name for u in found.unverified}
    assert went(found) == ("porto",) or "livraria-lello" in told


@given(scores, scores, weights)
def test_what_is_said_to_reverse_the_choice_does(
    ours: list[float], theirs: list[float], weighed: list[float]
) -> None:
    places = (rated("lisbon", ours, weighed), rated("porto", theirs, weighed))
    first = merged({"destinations": comparison(*places)}, **EITHER)
    said = re.fullmatch(
        r"(\w+) wins if (\w+) counts ([\d.]+) times as much", decision(first, "destination").reverse
    )
    if said is None:
        return
    name, criterion, factor = said.groups()
    heavier = [
        w * float(factor) if c == criterion else w for c, w in zip(CRITERIA, weighed, strict=True)
    ]
    if max(heavier) > 10:  # heavier than a criterion may be
        return
    places = (rated("lisbon", ours, heavier), rated("porto", theirs, heavier))
    second = merged({"destinations": comparison(*places)}, **EITHER)
    assert second.stops[0].name == name != first.stops[0].name


def test_what_would_reverse_a_close_call_names_a_criterion() -> None:
    places = (rated("lisbon", [0.9, 0.5, 0.5]), rated("porto", [0.2, 0.6, 0.6]))
    found = merged({"destinations": comparison(*places)}, **EITHER)
    assert re.search(r"Porto wins if \w+ counts", decision(found, "destination").reverse)


def test_who_is_better_in_nothing_cannot_win_by_weights() -> None:
    places = (rated("lisbon", [0.9] * 3), rated("porto", [0.2] * 3))
    found = merged({"destinations": comparison(*places)}, **EITHER)
    assert "times as much" not in decision(found, "destination").reverse


def test_the_nights_of_two_stops_are_as_asked() -> None:
    found = merged(
        {},
        destinations=("lisbon", "porto"),
        relation=Relation.THEN,
        stay_nights=(1, 2),
    )
    assert [(s.destination, s.nights, s.arrive.day, s.leave.day) for s in found.stops] == [
        ("lisbon", 1, 10, 11),
        ("porto", 2, 11, 13),
    ]
    assert found.decisions == ()


def test_the_nights_of_two_stops_follow_the_draft_and_say_so() -> None:
    found = merged(
        {"itinerary": draft("maat", stops=("lisbon", "porto"), nights=(1, 2))},
        destinations=("lisbon", "porto"),
        relation=Relation.THEN,
    )
    assert [s.nights for s in found.stops] == [1, 2]
    assert decision(found, "nights").chosen == "1 in Lisbon, 2 in Porto"


@pytest.mark.parametrize("nights", [(3, 3), (3,), (3, 0), (0, 3)])
def test_nights_that_do_not_add_up_are_divided_evenly(nights: tuple[int, ...]) -> None:
    found = merged(
        {"itinerary": draft("maat", stops=("lisbon", "porto"), nights=nights)},
        destinations=("lisbon", "porto"),
        relation=Relation.THEN,
    )
    assert [s.nights for s in found.stops] == [2, 1]


ROUTE = {"destinations": ("lisbon", "porto"), "relation": Relation.THEN}


@pytest.mark.parametrize(
    ("findings", "request_", "override", "chosen", "others"),
    [
        ({"itinerary": (1, 2)}, {}, None, (1, 2), {"2+1"}),
        ({"itinerary": (1, 2)}, {}, "2+1", (2, 1), {"1+2"}),
        ({}, {}, "1 + 2", (1, 2), {"2+1"}),
        ({}, {"stay_nights": (1, 2)}, "2+1", (2, 1), {"1+2"}),
    ],
)
def test_the_nights_of_two_stops_can_be_turned_round(
    findings: dict[str, Any],
    request_: dict[str, Any],
    override: str | None,
    chosen: tuple[int, ...],
    others: set[str],
) -> None:
    drafts = {
        n: draft("maat", stops=("lisbon", "porto"), nights=nights) for n, nights in findings.items()
    }
    overrides = {"nights": override} if override else None
    found = merged(drafts, overrides, **ROUTE, **request_)
    settled = decision(found, "nights")
    assert tuple(s.nights for s in found.stops) == chosen
    assert {a.value for a in settled.alternatives} == others
    assert (settled.rule == "your own choice") == (override is not None)


def test_nights_of_ones_own_leave_the_draft_and_the_even_split_to_go_back_to() -> None:
    found = merged(
        {"itinerary": draft("maat", stops=("lisbon", "porto"), nights=(1, 4))},
        {"nights": "4+1"},
        dates=Dates(start=date(2027, 5, 10), end=date(2027, 5, 15)),
        **ROUTE,
    )
    assert [(a.value, a.label) for a in decision(found, "nights").alternatives] == [
        ("1+4", "1 in Lisbon, 4 in Porto"),
        ("3+2", "3 in Lisbon, 2 in Porto"),
    ]


@pytest.mark.parametrize("nights", ["3", "1+1+1", "2+2", "3+0", "-1+4", "two", "1+2+", "9" * 5000])
def test_nights_that_do_not_fit_are_refused_by_name(nights: str) -> None:
    with pytest.raises(RequestError, match=r"nights: .* write it as 2\+1"):
        merged({}, {"nights": nights}, **ROUTE)


def test_fewer_nights_than_stops_may_leave_a_stop_without() -> None:
    short = {"dates": Dates(start=date(2027, 5, 10), end=date(2027, 5, 11))}
    found = merged({}, {"nights": "0+1"}, **ROUTE, **short)
    assert [s.nights for s in found.stops] == [0, 1]


def test_every_decision_offers_all_sides_but_the_chosen_one() -> None:
    found = merged(
        {
            "destinations": comparison(rated("lisbon", [0.9]), rated("porto", [0.1])),
            "itinerary": draft("maat"),
            "activities": finds(ruled_out={"lisbon/maat": "closed for works"}),
        },
        budget=Budget(amount=Decimal(3000)),
        **EITHER,
    )
    assert {d.id: [a.value for a in d.alternatives] for d in found.decisions} == {
        "destination": ["porto"],
        "tier": ["budget", "comfort"],
        "place:lisbon/maat": ["in"],
    }
    assert decision(found, "destination").alternatives[0].label == "Porto (0.10)"


def test_a_side_that_a_place_does_not_have_is_refused() -> None:
    findings = {
        "itinerary": draft("maat"),
        "activities": finds(ruled_out={"lisbon/maat": "closed for works"}),
    }
    with pytest.raises(RequestError, match="place:lisbon/maat; there are in and out"):
        merged(findings, {"place:lisbon/maat": "perhaps"})


def test_to_insist_on_what_was_chosen_anyway_changes_nothing() -> None:
    findings = {"destinations": comparison(rated("lisbon", [0.9]), rated("porto", [0.1]))}
    assert merged(findings, {"destination": "lisbon"}, **EITHER) == merged(findings, **EITHER)


def test_a_tier_of_ones_own_can_be_turned_round_without_a_budget() -> None:
    for asked, usual in ((None, Tier.MID), (Tier.COMFORT, Tier.COMFORT)):
        settled = decision(merged({}, {"tier": "budget"}, tier=asked), "tier")
        assert settled.chosen == "budget"
        assert settled.rule == "your own choice"
        assert usual.value in {a.value for a in settled.alternatives}
        back = merged({}, {"tier": usual.value}, tier=asked)
        assert back.tier is usual
        assert decision(back, "tier").rule != "your own choice"


def test_the_tier_is_what_the_budget_can_hold() -> None:
    for amount, tier in ((3000, Tier.MID), (600, Tier.BUDGET)):
        found = merged({}, budget=Budget(amount=Decimal(amount)))
        assert found.tier is tier
        assert decision(found, "tier").chosen == tier.value


def test_the_tier_can_be_asked_for_and_overridden() -> None:
    assert merged({}, tier=Tier.COMFORT).tier is Tier.COMFORT
    assert merged({}, budget=Budget(amount=Decimal(100)), tier=Tier.COMFORT).tier is Tier.COMFORT
    assert merged({}, {"tier": "budget"}, tier=Tier.COMFORT).tier is Tier.BUDGET
    assert merged({}).tier is Tier.MID


def test_the_same_findings_are_merged_the_same_in_any_order() -> None:
    findings = {
        "itinerary": draft("maat", "jeronimos"),
        "destinations": comparison(rated("lisbon", [0.5] * 3), rated("porto", [0.8] * 3)),
        "activities": finds("lisbon/maat", "lisbon/oceanario", "porto/livraria-lello"),
    }
    one = merged(findings, **EITHER)
    other = merged(dict(reversed(findings.items())), **EITHER)
    assert [c.id for c in one.candidates] == [c.id for c in other.candidates]
    assert [c.fit for c in one.candidates] == [c.fit for c in other.candidates]
    assert one.stops == other.stops
    assert one.decisions == other.decisions
