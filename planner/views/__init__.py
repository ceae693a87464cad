"""What a face shows of a plan, as plain values: no screen, no markup, nothing looked up twice.

Each module gives frozen dataclasses for one tab. Where the atlas no longer has a place that an
old plan names, what the plan itself says is shown.
"""
