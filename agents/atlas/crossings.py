"""Where one gets from one region to the next: tunnels, bridges, passes and borders on land.

Minutes are what the crossing takes besides the way on either side, for trains that slow down,
wait or are shunted onto a ferry: our own estimates, rounded from the operators' timetables as last
known in 2025. Fares are what it adds for one adult, in euros.
"""

from __future__ import annotations

from typing import NamedTuple

from agents.atlas.records import Coordinates
from agents.atlas.vocabulary import Mode


class End(NamedTuple):
    """One end of a crossing: a port, a station or a border."""

    name: str
    country: str
    coordinates: Coordinates


class Crossing(NamedTuple):
    """From one end to the other and back; `mode` is a ferry, or the train for all else."""

    one: End
    other: End
    minutes: int
    fare: tuple[float, float]
    mode: Mode = Mode.TRAIN

    @property
    def name(self) -> str:
        return f"{self.one.name}–{self.other.name}"


def _crossing(
    one: tuple[str, str, float, float],
    other: tuple[str, str, float, float],
    minutes: int,
    fare: tuple[float, float] = (0, 0),
) -> Crossing:
    return Crossing(End(*one[:2], one[2:]), End(*other[:2], other[2:]), minutes, fare)


LAND_CROSSINGS = (
    _crossing(  # the Channel Tunnel, with the check-in of its trains
        ("Folkestone", "GB", 51.10, 1.12), ("Calais", "FR", 50.92, 1.81), 60, (25, 80)
    ),
    _crossing(  # the Öresund Bridge
        ("Copenhagen", "DK", 55.67, 12.57), ("Malmö", "SE", 55.61, 13.00), 35, (8, 15)
    ),
    _crossing(("Nyborg", "DK", 55.31, 10.79), ("Korsør", "DK", 55.33, 11.14), 15),
    _crossing(("Flensburg", "DE", 54.78, 9.44), ("Padborg", "DK", 54.83, 9.36), 20),
    _crossing(("Kornsjø", "SE", 58.93, 11.68), ("Halden", "NO", 59.12, 11.39), 20),
    _crossing(("Charlottenberg", "SE", 59.88, 12.30), ("Kongsvinger", "NO", 60.19, 12.00), 20),
    _crossing(("Storlien", "SE", 63.31, 12.10), ("Meråker", "NO", 63.42, 11.74), 30),
    _crossing(("Riksgränsen", "SE", 68.43, 18.13), ("Narvik", "NO", 68.44, 17.43), 45),
    _crossing(("Haparanda", "SE", 65.84, 24.13), ("Tornio", "FI", 65.85, 24.15), 45),
    _crossing(  # the trains themselves are shipped over the Strait of Messina
        ("Villa San Giovanni", "IT", 38.22, 15.64), ("Messina", "IT", 38.19, 15.56), 110
    ),
    _crossing(("Menton", "FR", 43.77, 7.50), ("Ventimiglia", "IT", 43.79, 7.61), 30),
    _crossing(("Modane", "FR", 45.19, 6.66), ("Bardonecchia", "IT", 45.08, 6.71), 45),
    _crossing(("Brig", "CH", 46.32, 7.99), ("Domodossola", "IT", 46.11, 8.29), 35),
    _crossing(("Chiasso", "CH", 45.83, 9.03), ("Como", "IT", 45.81, 9.07), 30),
    _crossing(("Steinach", "AT", 47.09, 11.47), ("Brenner", "IT", 47.00, 11.51), 110),
    _crossing(("Villach", "AT", 46.61, 13.85), ("Tarvisio", "IT", 46.50, 13.58), 75),
    _crossing(("Sežana", "SI", 45.71, 13.87), ("Trieste", "IT", 45.65, 13.78), 40),
    _crossing(("Perpignan", "FR", 42.70, 2.88), ("Figueres", "ES", 42.27, 2.96), 25),
    _crossing(("Hendaye", "FR", 43.35, -1.78), ("Irun", "ES", 43.34, -1.79), 45),
    _crossing(("Svilengrad", "BG", 41.77, 26.20), ("Edirne", "TR", 41.67, 26.56), 90),
    _crossing(("Kipoi", "GR", 40.95, 26.35), ("İpsala", "TR", 40.92, 26.38), 75),
    _crossing(("Gualeguaychú", "AR", -33.01, -58.52), ("Fray Bentos", "UY", -33.13, -58.30), 60),
)
