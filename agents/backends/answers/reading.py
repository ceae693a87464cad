"""What a model handed in, as the agreed type: its schema, and how its answer is read and mended.

A model's word is not taken for anything: an answer is limited in size, mended where it is plain
what was meant, validated, and matched to what the tools returned. What is wrong with it is told in
one message that can be given back to the model; what is right is kept.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agents.agent import Output, Task
from agents.backends.answers.footing import Doubts
from agents.backends.answers.grounding import ground
from agents.backends.answers.mending import mended, without
from agents.backends.answers.parsing import parsed, parsed_beginning
from agents.backends.answers.schemas import compact_schema, strict_schema
from agents.cleaning import clean_line
from agents.errors import InvalidOutput

MOST_FAULTS = 8
"""So many are named in one message."""

_WRONG = {
    "less_than_equal": "{given} is more than {le}",
    "less_than": "{given} is not less than {lt}",
    "greater_than_equal": "{given} is less than {ge}",
    "greater_than": "{given} is not more than {gt}",
    "missing": "it is missing",
    "string_type": "{given} is no text",
    "float_parsing": "{given} is no number",
    "float_type": "{given} is no number",
    "int_parsing": "{given} is no whole number",
    "int_type": "{given} is no whole number",
    "model_type": "{given} is no object with the fields of the schema",
    "tuple_type": "{given} is no list",
    "list_type": "{given} is no list",
    "literal_error": "{given} is none of {expected}",
    "enum": "{given} is none of {expected}",
}
"""Errors of validation, in fewer words."""

Answer = TypeVar("Answer", bound=BaseModel)


@lru_cache(maxsize=256)
def answer_schema(
    output: type[BaseModel], *, strict: bool = False, limits: bool = False
) -> dict[str, Any]:
    """The JSON schema of `output`, short; not to be changed.

    `strict` for constrained decoding: every property is required, nothing else is allowed, and
    limits are told in descriptions, or kept with `limits`.
    """
    schema = output.model_json_schema()
    return strict_schema(schema, limits=limits) if strict else compact_schema(schema)


def read_as(answer: type[Answer], value: object) -> Answer:
    """`value`, JSON text or parsed, as `answer`; raises InvalidOutput with what is wrong with it."""
    try:
        return _read(answer, parsed(value))
    except ValidationError as error:
        raise InvalidOutput(faults_of(error)) from error


def read_answer(task: Task[Output], value: object) -> Output:
    """The agent's findings from what a model handed in: JSON text, or a value parsed from it.

    They are validated and hold only what the tools or the atlas know, or what is plainly
    unverified. Raises InvalidOutput, whose message a model can mend its answer by; what is valid
    of it is kept first. What merely lacks a destination is told once and then taken as it is.
    """
    output = task.agent.output
    given = parsed(value)
    try:
        whole = _read(output, given)
    except ValidationError as error:
        _keep(task, mended(output, given))
        raise InvalidOutput(faults_of(error)) from error
    grounded, doubts = ground(task, whole)
    if doubts and not (doubts.only_gaps and task.told_of_gaps):
        _keep_findings(task, grounded)
        task.told_of_gaps |= doubts.only_gaps
        raise InvalidOutput(doubts.told(MOST_FAULTS))
    return task.vouch(grounded)


def _read(answer: type[Answer], given: object) -> Answer:
    """As it stands, or mended; raises ValidationError."""
    if isinstance(given, dict) and given.keys() <= answer.model_fields.keys():
        with suppress(ValidationError):
            return answer.model_validate(given)
    return answer.model_validate(mended(answer, given))


def keep_cut_answer(task: Task[Output], text: str) -> None:
    """Keep what is whole of an answer that broke off in the middle; nothing, if nothing is."""
    try:
        _keep(task, mended(task.agent.output, parsed_beginning(text)))
    except InvalidOutput:
        return


def faults_of(error: ValidationError) -> str:
    """What does not fit, in one line: where, what stands there, and what would be right."""
    doubts = Doubts()
    for fault in error.errors(include_url=False):
        where = ".".join(map(str, fault["loc"])) or "the answer"
        words, given = _WRONG.get(fault["type"]), fault.get("input")
        shown = clean_line(given, 40) if isinstance(given, str | int | float) else "what is there"
        told = clean_line(fault["msg"][:1].lower() + fault["msg"][1:], 120)
        limits = fault.get("ctx", {})
        said = words.format(**limits, given=shown) if words else told
        doubts.add(clean_line(f"{where}: {said}", 160))
    return doubts.told(MOST_FAULTS)


def _keep(task: Task[Output], read: object) -> None:
    """Keep what is valid of a mended answer."""
    valid = without(task.agent.output, read)
    if valid is not None:
        _keep_findings(task, ground(task, valid)[0])


def _keep_findings(task: Task[Output], findings: Output) -> None:
    """Keep `findings`, unless more is kept already."""
    something = any(getattr(findings, name) for name in type(findings).model_fields)
    if something and (task.kept is None or _size(findings) >= _size(task.kept)):
        task.keep(task.vouch(findings))


def _size(findings: BaseModel) -> int:
    return len(findings.model_dump_json())
