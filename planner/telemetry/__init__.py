"""OpenTelemetry spans of a run by the GenAI conventions, made from its events.

Off, and nothing of it imported, unless the standard variables name an exporter:

    OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318     spans go to a collector, over HTTP
    OTEL_TRACES_EXPORTER=console                          spans go to standard error
    OTEL_SDK_DISABLED=true                                off whatever else is set

Spans carry names, times, sizes, counts and kinds of errors; no word of a request or an answer.
Whoever has a tracer passes `Spans(tracer)` to `plan_trip` as its `emit`.
"""

from planner.telemetry.exporters import exporters, spans_of_a_run
from planner.telemetry.spans import Spans

__all__ = ["Spans", "exporters", "spans_of_a_run"]
