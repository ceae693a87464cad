"""A plan as a calendar and as files: what others make of it, and what becomes of bad names."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event
from rich.console import Console

from agents.errors import ExportError, UnknownPlace
from planner.export.console import show
from planner.export.files import FORMS, Form, file_name, form_named, form_of, render, write
from planner.export.ics import calendar
from planner.export.plain import plain
from planner.intake import describe, read
from planner.plan import Committed, Leg, Meal, Stop, TripPlan, Visit
from planner.trip import plan_trip

HOSTILE = "x\r\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:a;b,c:d\\n\x1b[31m"
DEVICE_FULL = Path("/dev/full")


def planned(words: str) -> TripPlan:
    return anyio.run(plan_trip, read(words, today=date(2026, 11, 21)).request)


@pytest.fixture(scope="module")
def plan() -> TripPlan:
    """Over the night of 28 March 2027, when the clocks of Europe go forward."""
    return planned("4 days in Lisbon then Porto from Berlin, 26 March 2027, dinner Friday 20:00")


@pytest.fixture(scope="module")
def booked() -> TripPlan:
    return planned(
        "4 days in Lisbon, 25 October 2027, arriving Monday by plane at 10:00, flight home Thursday 18:00"
    )


def events(text: str) -> list[Event]:
    return list(Calendar.from_ical(text).events)


def summaries(text: str) -> list[str]:
    return [str(e["SUMMARY"]) for e in events(text)]


def changed(plan: TripPlan, **fields: Any) -> TripPlan:
    """The plan with fields changed on every visit, meal, leg and what is fixed."""

    def item(old: Any) -> Any:
        belongs = isinstance(old, Visit | Meal | Leg | Committed)
        return type(old).model_validate(old.model_dump() | fields) if belongs else old

    days = [day.model_copy(update={"items": tuple(map(item, day.items))}) for day in plan.days]
    return plan.model_copy(update={"days": tuple(days)})


def test_what_one_has_to_be_at_is_in_the_calendar_and_nothing_else(plan: TripPlan) -> None:
    items = [item for day in plan.days for item in day.items]
    visits = [i.title for i in items if isinstance(i, Visit | Committed)]
    meals = [i.title for i in items if isinstance(i, Meal) and i.place_id]
    told = summaries(calendar(plan))
    journeys = [
        "Flight from Berlin to Lisbon",
        "Train from Lisbon to Porto",
        "Flight from Porto to Berlin",
    ]
    assert visits and meals and any(isinstance(i, Meal) and not i.place_id for i in items)
    assert sorted(told) == sorted(["Lisbon", "Porto", *visits, *meals, *journeys])


def test_the_ways_to_and_from_an_airport_are_in_it(booked: TripPlan) -> None:
    told = summaries(calendar(booked))
    assert any("from LIS airport" in words for words in told)
    assert any("to LIS airport" in words for words in told)
    assert not any(words.startswith(("Walk", "Ride")) for words in told)


@pytest.mark.parametrize("name", ["plan", "booked"])
def test_every_moment_is_the_plans_own_across_a_change_of_the_clocks(
    name: str, request: pytest.FixtureRequest
) -> None:
    trip: TripPlan = request.getfixturevalue(name)
    by_title = {i.title: i for day in trip.days for i in day.items}
    offsets = set()
    for event in events(calendar(trip)):
        if isinstance(event.start, datetime):
            item = by_title[str(event["SUMMARY"])]
            assert (event.start, event.end) == (item.start, item.end)
            assert event.start.utcoffset() == timedelta()
            offsets.add(item.start.astimezone(ZoneInfo("Europe/Lisbon")).utcoffset())
            local = f"{item.start:%H:%M}–{item.end:%H:%M}"
            assert str(event["DESCRIPTION"]).startswith(f"{local}, local time")
    assert len(offsets) == (2 if name == "plan" else 1)


def test_a_flight_says_that_its_times_are_those_of_each_end(plan: TripPlan) -> None:
    [flight] = [e for e in events(calendar(plan)) if e["SUMMARY"] == "Flight from Berlin to Lisbon"]
    assert "local time at each end" in flight["DESCRIPTION"]
    assert flight["LOCATION"] == "Berlin"


def test_a_stop_is_an_all_day_event_that_leaves_the_traveller_free(plan: TripPlan) -> None:
    stops = [e for e in events(calendar(plan)) if e["CATEGORIES"].cats == ["stop"]]
    assert [(e["SUMMARY"], e.start, e.end, e["TRANSP"]) for e in stops] == [
        ("Lisbon", date(2027, 3, 26), date(2027, 3, 29), "TRANSPARENT"),
        ("Porto", date(2027, 3, 28), date(2027, 3, 30), "TRANSPARENT"),
    ]


def test_an_event_says_where_why_how_much_and_how_sure(plan: TripPlan) -> None:
    visits = [i for day in plan.days for i in day.items if isinstance(i, Visit) and i.cost]
    by_title = {str(e["SUMMARY"]): e for e in events(calendar(plan))}
    for visit in visits:
        event = by_title[visit.title]
        said = str(event["DESCRIPTION"])
        assert "an estimate as of 2025-10-01" in said
        assert "How sure: " in said
        assert visit.reason in said
        assert str(event["LOCATION"]).endswith(", Portugal")
        assert (event["GEO"].latitude, event["GEO"].longitude) == visit.coordinates


def test_the_same_plan_gives_the_same_bytes_even_after_it_was_kept(plan: TripPlan) -> None:
    kept = TripPlan.model_validate_json(plan.model_dump_json())
    assert calendar(plan) == calendar(plan) == calendar(kept)
    stamps = {e["DTSTAMP"].dt for e in events(calendar(plan))}
    assert stamps == {datetime(2025, 10, 1, tzinfo=UTC)}


def test_uids_are_unique_and_stay_when_an_item_moves(plan: TripPlan) -> None:
    before = {str(e["SUMMARY"]): str(e["UID"]) for e in events(calendar(plan))}
    assert len(set(before.values())) == len(events(calendar(plan)))
    assert all(uuid.UUID(uid) for uid in before.values())
    later = {
        "start": datetime(2027, 3, 27, 20, tzinfo=UTC),
        "end": datetime(2027, 3, 27, 21, tzinfo=UTC),
    }
    after = {str(e["SUMMARY"]): str(e["UID"]) for e in events(calendar(changed(plan, **later)))}
    assert after == before


def test_items_that_cannot_be_told_apart_still_have_uids_of_their_own(plan: TripPlan) -> None:
    same = calendar(changed(plan, title="same", place_id=None))
    assert len({str(e["UID"]) for e in events(same)}) == len(events(same))


def test_hostile_text_stays_text(plan: TripPlan) -> None:
    text = calendar(changed(plan, title=HOSTILE, reason=HOSTILE))
    clean = "x END:VEVENT BEGIN:VEVENT SUMMARY:a;b,c:d\\n"
    told = [e for e in events(text) if e["CATEGORIES"].cats != ["stop"]]
    assert {str(e["SUMMARY"]) for e in told} == {clean}
    assert len(told) == text.count("\r\nBEGIN:VEVENT\r\n") - 2
    assert "\x1b" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_a_hostile_name_of_the_whole_stays_a_name(plan: TripPlan) -> None:
    text = calendar(plan.model_copy(update={"summary": "a;b,c\r\nBEGIN:VEVENT\nSUMMARY:x"}))
    assert len(events(text)) == len(events(calendar(plan)))
    assert "\r\nX-WR-CALNAME:a\\;b\\,c\\nBEGIN:VEVENT" in text


def test_a_moment_has_no_end(plan: TripPlan) -> None:
    moment = datetime(2027, 3, 27, 20, tzinfo=UTC)
    told = events(calendar(changed(plan, start=moment, end=moment)))
    assert {"DTEND" in e for e in told if e["CATEGORIES"].cats != ["stop"]} == {False}


def test_a_plan_without_days_or_stops_is_still_a_calendar(plan: TripPlan) -> None:
    assert events(calendar(plan.model_copy(update={"days": (), "stops": (), "evidence": ()}))) == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_is_known_by_name_and_by_file(form: Form, plan: TripPlan) -> None:
    assert form_named(form.name) is form
    assert form_of(Path(f"Trip{form.suffix.upper()}")) is form
    assert form_of(Path(file_name(plan, form))) is form
    assert form.about and render(plan, form).strip()


def test_the_forms_are_what_they_say(plan: TripPlan) -> None:
    assert TripPlan.model_validate_json(render(plan, form_named("json"))) == plan
    assert render(plan, form_named("markdown")).startswith("# 4 days in Lisbon")
    assert render(plan, form_named("calendar")) == calendar(plan)


def lost(plan: TripPlan) -> TripPlan:
    """The plan, as if it was kept and the atlas knew nothing of its places any more."""
    text = plan.model_dump_json()
    for id in ("lisbon", "porto"):
        text = text.replace(f'"{id}"', f'"gone-{id}"').replace(f'"{id}/', f'"gone-{id}/')
    return TripPlan.model_validate_json(text)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_plan_whose_places_are_gone_is_written_as_it_says_itself(
    form: Form, plan: TripPlan
) -> None:
    text = render(lost(plan), form)
    assert all(stop.name in text for stop in plan.stops)


def test_a_plan_whose_places_are_gone_is_a_calendar_of_the_same_events(plan: TripPlan) -> None:
    assert summaries(calendar(lost(plan))) == summaries(calendar(plan))
    (stop, *_) = events(calendar(lost(plan)))
    assert (stop["SUMMARY"], stop["LOCATION"], "GEO" in stop) == ("Lisbon", "Lisbon", False)


def test_a_plan_whose_places_are_gone_is_shown_and_told(plan: TripPlan) -> None:
    old, page = lost(plan), StringIO()
    show(old, Console(file=page, width=120))
    for told in (page.getvalue(), plain(old)):
        assert "Lisbon" in told and "Porto" in told
        assert "gone-" not in told


def test_a_request_for_places_that_are_gone_has_their_names_from_its_plan(plan: TripPlan) -> None:
    old = lost(plan)
    assert describe(old.request, old) == describe(plan.request)
    assert "4 days in gone-lisbon then gone-porto" in describe(old.request)


def test_a_country_that_is_gone_is_named_by_its_code() -> None:
    request = read("4 days somewhere warm in Portugal in May", today=date(2026, 11, 21)).request
    assert request.open is not None
    odd = request.open.model_copy(update={"countries": ("XX",), "regions": ()})
    gone = request.model_copy(update={"open": odd, "destinations": ()})
    assert "somewhere warm in XX" in describe(gone)


def test_what_a_form_cannot_show_is_told_and_not_written(plan: TripPlan, tmp_path: Path) -> None:
    def breaks_off(plan: TripPlan) -> str:
        raise UnknownPlace("no place 'maat' in the atlas")

    form = replace(form_named("markdown"), render=breaks_off)
    with pytest.raises(ExportError, match=r"as markdown \(no place 'maat'"):
        render(plan, form)
    with pytest.raises(ExportError, match="choose another form"):
        write(plan, form, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_form_is_told() -> None:
    assert form_of(Path("trip.pdf")) is form_of(Path("trip")) is form_of(Path(".md")) is None
    with pytest.raises(ExportError, match="there is markdown, calendar, json"):
        form_named("pdf")


def test_a_file_is_named_for_the_places_and_the_first_day(plan: TripPlan) -> None:
    assert file_name(plan, form_named("calendar")) == "lisbon-porto-2027-03-26.ics"


@given(names=st.lists(st.text(max_size=100), max_size=9), form=st.sampled_from(FORMS))
def test_a_file_name_is_one_that_every_platform_takes(
    names: list[str], form: Form, plan: TripPlan
) -> None:
    stops = [
        Stop(destination=n, name=n, arrive=date(2027, 3, 1), leave=date(2027, 3, 2), nights=1)
        for n in names
    ]
    name = file_name(plan.model_copy(update={"stops": tuple(stops)}), form)
    stem = name.removesuffix(f"-2027-03-26{form.suffix}")
    assert stem != name and 0 < len(stem) <= 60
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not stem.startswith("-") and not stem.endswith("-")
    assert Path(name).name == name


def test_a_name_that_is_taken_gets_a_number(plan: TripPlan, tmp_path: Path) -> None:
    form = form_named("markdown")
    written = [write(plan, form, tmp_path) for _ in range(3)]
    base = "lisbon-porto-2027-03-26"
    assert [p.name for p in written] == [f"{base}.md", f"{base}-2.md", f"{base}-3.md"]
    assert write(plan, form, written[0]).name == f"{base}-4.md"
    assert {p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == {render(plan, form)}


def test_overwriting_is_asked_for(plan: TripPlan, tmp_path: Path) -> None:
    target = tmp_path / "my trip.ics"
    target.write_text("before")
    target.chmod(0o600)
    assert write(plan, form_named("calendar"), target, overwrite=True) == target
    assert target.read_bytes() == calendar(plan).encode()
    assert list(tmp_path.iterdir()) == [target]
    if sys.platform != "win32":
        assert target.stat().st_mode & 0o777 == 0o600


def test_two_that_write_at_once_do_not_take_each_others_name(
    plan: TripPlan, tmp_path: Path
) -> None:
    async def both() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(
                    anyio.to_thread.run_sync, write, plan, form_named("json"), tmp_path
                )

    anyio.run(both)
    assert len(list(tmp_path.iterdir())) == 8
    assert all(p.stat().st_size for p in tmp_path.iterdir())


def test_a_home_folder_may_be_written_as_one_says_it(
    plan: TripPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert write(plan, form_named("json"), Path("~")).parent == tmp_path


def bad_places(folder: Path) -> Iterator[tuple[Path, str]]:
    (folder / "file").touch()
    yield folder / "none" / "trip.md", "there is no folder"
    yield folder / "file" / "trip.md", "there is no folder"
    yield folder / ("x" * 300), "cannot be written"
    yield folder / "a\0b", "no file can have this name"


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_place_that_cannot_be_written_to_is_told_and_left(
    plan: TripPlan, tmp_path: Path, overwrite: bool
) -> None:
    for path, said in bad_places(tmp_path):
        with pytest.raises(ExportError, match=said) as caught:
            write(plan, form_named("markdown"), path, overwrite=overwrite)
        assert str(caught.value).isprintable()
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not DEVICE_FULL.exists(), reason="needs a disk that is full")
def test_a_full_disk_is_told(plan: TripPlan) -> None:
    with pytest.raises(ExportError, match="the disk is full"):
        write(plan, form_named("markdown"), DEVICE_FULL, overwrite=True)
    assert not DEVICE_FULL.is_file()


def test_what_fails_on_the_way_leaves_nothing_behind(
    plan: TripPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="the disk is full"):
        write(plan, form_named("markdown"), tmp_path)
    assert list(tmp_path.iterdir()) == []
