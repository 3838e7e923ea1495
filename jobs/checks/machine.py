"""Checks of the machine: Python, memory, disk, the home folder and the secrets in it. They start nothing."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from jobs.checks.finding import Check, Finding
from jobs.options import Asked

PYTHONS = ((3, 10), (3, 12))
GIGABYTE = 10**9
MEMORY_NEEDED, MEMORY_WANTED = 4, 8
DISK_NEEDED, DISK_WANTED = 2, 10
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


def python(asked: Asked) -> Finding:
    oldest, newest = PYTHONS
    found = f"{platform.python_version()} at {sys.executable}"
    if oldest <= sys.version_info[:2] <= newest:
        return Finding("ok", found)
    return Finding(
        "fail", found, "Install Lakewheel into a Python from 3.10 to 3.12: PySpark 4.1 and Ray know no other."
    )


def memory(asked: Asked) -> Finding:
    """What the machine has, or what a container leaves of it."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = CONTAINER_LIMIT.read_text().strip() if CONTAINER_LIMIT.exists() else "max"
    gigabytes = min(total, int(limit) if limit.isdigit() else total) / GIGABYTE
    found = f"{gigabytes:.0f} GB for {os.cpu_count()} cores"
    if gigabytes < MEMORY_NEEDED:
        return Finding("fail", found, f"Spark, Ray and a small model need {MEMORY_NEEDED} GB at least.")
    if gigabytes < MEMORY_WANTED:
        return Finding("warn", found, "Set spark.driver_memory to 1g and ray.object_store_megabytes to 128.")
    return Finding("ok", found)


def disk(asked: Asked) -> Finding:
    """Of the file system that the home is on, or will be."""
    gigabytes = shutil.disk_usage(_nearest(asked.home.folder)).free / GIGABYTE
    found = f"{gigabytes:.0f} GB free for {asked.home.folder}"
    if gigabytes < DISK_NEEDED:
        return Finding("fail", found, "Free some space, or name a home on another disk with --home.")
    if gigabytes < DISK_WANTED:
        return Finding("warn", found, "Models and their checkpoints need some gigabytes; --home may name another disk.")
    return Finding("ok", found)


def home(asked: Asked) -> Finding:
    """Whether files can be made there; a home that does not exist yet is not made for the asking."""
    folder = _nearest(asked.home.folder)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        remedy = f"Mend the permissions of {folder}, or name another home with --home or LAKEWHEEL_HOME."
        return Finding("fail", f"{folder} cannot be written to ({problem.strerror})", remedy)
    is_there = folder == asked.home.folder
    return Finding("ok", f"{asked.home.folder} {'can be written to' if is_there else 'can be made'}")


def secrets(asked: Asked) -> Finding:
    """The key files in the home must be their owner's alone."""
    folder = asked.home.folder / "secrets"
    files = [file for file in folder.rglob("*") if file.is_file()]
    open_to_others = [file for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_to_others:
        listed = " ".join(f"'{file}'" for file in open_to_others)
        return Finding("fail", f"{len(open_to_others)} key files can be read by others", f"Run: chmod 600 {listed}")
    return Finding("ok", f"{len(files)} key files, each its owner's alone" if files else "no key files yet")


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())


MACHINE: dict[str, Check] = {"Python": python, "memory": memory, "disk": disk, "home": home, "secrets": secrets}
