"""`python -m planner.tui`: the app alone."""

import sys

from planner.tui.app import launch

sys.exit(launch())
