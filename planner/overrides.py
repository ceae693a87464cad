"""The traveller's own choices in a merge, made now or for an earlier plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from pydantic import BaseModel

from agents.errors import RequestError
from agents.evidence import Ledger
from agents.request import TripRequest
from planner.merge import Merged, merge


def merge_as_chosen(
    request: TripRequest,
    findings: Mapping[str, BaseModel],
    ledger: Ledger,
    overrides: Mapping[str, str],
    *,
    new: Collection[str],
    broken_off: bool = False,
) -> Merged:
    """Merge with the `overrides`: those that are `new` must be a choice, or RequestError is raised.

    An earlier one that is none any more, as after other findings, has no say in this plan.
    """
    settle = partial(merge, request, findings, ledger, broken_off=broken_off)
    try:
        return settle(overrides)
    except RequestError:
        meant = {id: choice for id, choice in overrides.items() if id in new}
        for id in sorted(overrides.keys() - meant.keys()):
            one_more = {**meant, id: overrides[id]}
            try:
                settle(one_more)
            except RequestError:
                continue
            meant = one_more
        return settle(meant)
