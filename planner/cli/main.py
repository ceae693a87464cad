"""`tripartite`: the commands and their exit codes.

0  a plan that passes every hard check, with no part missing
1  a plan with a failed hard check or a missing part; faults found by `atlas check`
2  a request that cannot be read or planned
130  cancelled; what was found is printed
"""

from __future__ import annotations

import click

from planner.cli.atlas import atlas, destinations
from planner.cli.plan import plan, schema
from planner.cli.team import agents


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tripartite")
def main() -> None:
    """Three agents, one trip: plans that are checked by code, with no key and no network.

    Exit codes: 0 a plan that passes, 1 a plan with failed checks or a part missing, 2 a request
    that cannot be planned, 130 cancelled.
    """


for command in (plan, destinations, agents, atlas, schema):
    main.add_command(command)
