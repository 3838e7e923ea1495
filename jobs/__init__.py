"""Doors: thin entry points, one per scheduled task, and the command line."""

from jobs.silence import silence_dependencies

silence_dependencies()
