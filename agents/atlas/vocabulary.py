"""The words an atlas file may use where it has to choose: kinds, interests, diets, means."""

from __future__ import annotations

from enum import StrEnum


class Region(StrEnum):
    EUROPE = "europe"
    ASIA = "asia"
    NORTH_AMERICA = "north-america"
    SOUTH_AMERICA = "south-america"
    AFRICA = "africa"
    MIDDLE_EAST = "middle-east"
    OCEANIA = "oceania"


class Kind(StrEnum):
    """What a destination is; a destination has several."""

    CITY = "city"
    COAST = "coast"
    BEACH = "beach"
    ISLAND = "island"
    MOUNTAINS = "mountains"
    NATURE = "nature"
    HISTORIC = "historic"
    FOOD = "food"
    NIGHTLIFE = "nightlife"
    ART = "art"


class ActivityKind(StrEnum):
    """What an activity is; it has exactly one."""

    SIGHT = "sight"
    MUSEUM = "museum"
    FOOD = "food"
    MARKET = "market"
    OUTDOORS = "outdoors"
    VIEWPOINT = "viewpoint"
    NEIGHBOURHOOD = "neighbourhood"
    EVENING = "evening"
    FAMILY = "family"
    DAY_TRIP = "day-trip"


class Interest(StrEnum):
    """The words that tie a traveller's interests to activities."""

    ARCHITECTURE = "architecture"
    ART = "art"
    BEACH = "beach"
    CRAFTS = "crafts"
    DESIGN = "design"
    FAMILY = "family"
    FOOD = "food"
    GARDENS = "gardens"
    HISTORY = "history"
    LITERATURE = "literature"
    LOCAL_LIFE = "local-life"
    MUSIC = "music"
    NATURE = "nature"
    NIGHTLIFE = "nightlife"
    PHOTOGRAPHY = "photography"
    RELIGION = "religion"
    SCIENCE = "science"
    SHOPPING = "shopping"
    SPORT = "sport"
    TILES = "tiles"
    VIEWS = "views"
    WALKING = "walking"
    WATER = "water"
    WELLNESS = "wellness"
    WINE = "wine"


class StepFree(StrEnum):
    """How much of a place can be seen without a single step."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Ease(StrEnum):
    """How easily a diet is met."""

    EASY = "easy"
    POSSIBLE = "possible"
    HARD = "hard"


class Diet(StrEnum):
    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    GLUTEN_FREE = "gluten-free"
    HALAL = "halal"
    KOSHER = "kosher"


class Mode(StrEnum):
    """How one gets from one place to another."""

    WALK = "walk"
    METRO = "metro"
    TRAM = "tram"
    BUS = "bus"
    TRAIN = "train"
    FERRY = "ferry"
    TAXI = "taxi"
    FLIGHT = "flight"
