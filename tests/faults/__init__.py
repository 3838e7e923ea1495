"""Faults: processes killed at named places, full disks, two writers at once; each ends whole."""
