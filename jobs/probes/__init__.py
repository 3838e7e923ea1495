"""Probes: small programs that `lakewheel doctor` runs apart, so that one that hangs or dies takes nothing with it."""
