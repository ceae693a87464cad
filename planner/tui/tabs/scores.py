"""The closer looks of the comparison: one score, one criterion, one candidate, and all in sum."""

from __future__ import annotations

from collections.abc import Sequence

from planner.tui.tabs.climate import climate_chart, climate_table
from planner.tui.tabs.telling import Telling
from planner.views.comparison import ClimateYear, Comparison, CriterionRow
from planner.views.words import listed

BEST, CHOSEN = "▲", "★"


def best_of(row: CriterionRow) -> set[int]:
    """The candidates with the best score, by index; none where all are alike."""
    scores = [cell.score for cell in row.cells if cell]
    if not scores or min(scores) == max(scores):
        return set()
    return {n for n, cell in enumerate(row.cells) if cell and cell.score == max(scores)}


def tell_cell(compared: Comparison, row: CriterionRow, number: int) -> Telling:
    """Why a candidate has its score, how much that counts, and what it rests on."""
    candidate, cell = compared.candidates[number], row.cells[number]
    told = Telling()
    if cell is None:
        told.head(f"{candidate.name}: {row.name}")
        return told.gap().line("Nobody rated it by this, so it does not count in its total.")
    best = ", the best of all" if number in best_of(row) else ""
    told.head(f"{candidate.name}: {row.name}", f"{cell.score:.2f} of 1{best}").gap()
    told.fact("Why", cell.reason or "no reason was given")
    told.fact("Weight", _weight(cell.weight, _all_weights(compared, number)))
    others = [
        f"{other.name} {other_cell.score:.2f}"
        for n, (other, other_cell) in enumerate(zip(compared.candidates, row.cells, strict=True))
        if other_cell and n != number
    ]
    told.fact("Beside", ", ".join(others))
    return told.rests_on(cell.rests_on)


def _weight(weight: float, together: float) -> str:
    return f"{weight:g} of {together:g}, {weight / together:.0%} of the total" if together else ""


def _all_weights(compared: Comparison, number: int) -> float:
    cells = (row.cells[number] for row in compared.rows)
    return round(sum(cell.weight for cell in cells if cell), 6)


def tell_criterion(compared: Comparison, row: CriterionRow) -> Telling:
    """How all candidates do by one criterion."""
    told = Telling().head(row.name, f"weight {row.weight:g}")
    best = best_of(row)
    told.gap()
    for number, (candidate, cell) in enumerate(zip(compared.candidates, row.cells, strict=True)):
        score = f"{cell.score:.2f}" if cell else "not rated"
        reason = cell.reason if cell else ""
        told.point(f"{candidate.name} {score}", BEST if number in best else "•", note=reason)
    return told


def tell_candidate(
    compared: Comparison, number: int, climate: ClimateYear | None = None
) -> Telling:
    """How a candidate's total comes about, and why it was chosen or not."""
    candidate = compared.candidates[number]
    together = _all_weights(compared, number)
    told = Telling().head(candidate.name, f"total {candidate.total:.2f} of 1")
    if candidate.chosen:
        told.point("chosen", CHOSEN)
    told.section("How it adds up")
    points = 0.0
    for row in compared.rows:
        cell = row.cells[number]
        if cell:
            points += cell.score * cell.weight
            told.point(
                f"{row.name}: {cell.score:.2f} × {cell.weight:g} = {cell.score * cell.weight:.2f}",
                BEST if number in best_of(row) else "•",
                note=cell.reason,
            )
    if together:
        told.gap().line(f"{points:.2f} of {together:g} is {candidate.total:.2f}.")
    _tell_rule(told, compared)
    if climate is not None:
        told.section("Its climate").line(f"from: {climate.source}", "$foreground-muted")
    return told


def _tell_rule(told: Telling, compared: Comparison) -> None:
    chosen = [c.name for c in compared.candidates if c.chosen]
    if compared.rule and chosen:
        told.section(f"Why {listed(chosen)}").line(compared.rule)
        told.fact("Unless", compared.reverse)


def tell_beneath(compared: Comparison, years: Sequence[ClimateYear]) -> Telling:
    """What stands below the scores: the climate, why one was chosen, and what was ruled out."""
    told = Telling()
    if not compared.candidates:
        told.line("Nothing was compared: no agent rated a destination.").gap()
    elif len(compared.candidates) == 1:
        told.line(f"Only {compared.candidates[0].name} was looked at: there is nothing to compare.")
        told.gap()
    if len(years) == 1:
        told.line(f"The climate of {years[0].name}", "bold").content(climate_table(years[0]))
    else:
        told.content(climate_chart(years))
    if len(compared.candidates) > 1:
        told.line(f"{BEST} best by this criterion  {CHOSEN} chosen", "$foreground-muted")
        _tell_rule(told, compared)
    if compared.ruled_out:
        told.section("Not in the comparison")
    for out in compared.ruled_out:
        told.point(f"{out.name}: {out.reason}", "✗")
    if len(years) == 1:
        told.gap().line(f"Climate from: {years[0].source}", "$foreground-muted")
    return told
