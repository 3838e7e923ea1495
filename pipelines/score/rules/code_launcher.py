"""Puts up the walls around the code of an answer, then becomes the Python that runs it; a program of its own.

It is run by path and imports nothing of ours, for it starts with an empty environment. What each wall keeps out is in
docs/rules.md. Walls are the kernel's: whatever the code does, it cannot take them down.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys
from contextlib import suppress

NO_WALLS = 97
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
REFUSED_CALLS = {
    "clone": (56, 220), "clone3": (435, 435), "fork": (57, None), "vfork": (58, None),
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "socket": (41, 198), "io_uring_setup": (425, 425), "bpf": (321, 280), "perf_event_open": (298, 241),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "userfaultfd": (323, 282),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "add_key": (248, 217), "keyctl": (250, 219),
}  # fmt: skip
"""By name, their numbers on each kind of machine: no process, no signal, no network, no look into other processes."""
FOREIGN_CALLS = 0x40000000
LOAD, IF_EQUAL, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, END = 0x7FFF0000, 0x00050001, 0x80000000
DIE_WITH_PARENT, FILTER_CALLS, DROP_CAPABILITY, NO_NEW_PRIVILEGES, KILL = 1, 22, 24, 38, 9
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, BENEATH, FILTER_MODE, CAPABILITIES = 1, 1, 2, 41
READ, EVERY_FILE_RIGHT, FILE_RIGHTS = 0b1101, (1 << 13) - 1, 0b111
"""Landlock's rights: to execute, read files and list folders; all thirteen; and those that a mere file has."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
SEEN = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", *DEVICES)
FILE_BYTES = 10 * 2**20
OPEN_FILES = 64


class NoWall(OSError):
    """The kernel has no such wall, or does not let us put it up."""


def main(folder: str, cpu_seconds: str, memory_megabytes: str, walls: str) -> None:
    """Never returns: the process becomes the code's."""
    take_limits(int(cpu_seconds), int(memory_megabytes) * 2**20)
    for wall in (give_up_rights, see_only, call_only_what_stays_inside):
        try:
            wall(folder)
        except (OSError, AttributeError, KeyError) as problem:  # no such wall on this kernel, system or machine
            if walls == "all":
                sys.stderr.write(f"{wall.__name__}: {problem}\n")
                sys.exit(NO_WALLS)
    os.chdir(folder)
    os.execv(sys.executable, [sys.executable, "-I", "-S", "-B", "answer.py"])


def give_up_rights(folder: str) -> None:
    """It ends with who started it, gains nothing by a program that it becomes, and root is root by name only."""
    libc = _libc()
    _done("prctl", libc.prctl(DIE_WITH_PARENT, KILL, 0, 0, 0))
    _done("prctl", libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    for capability in range(CAPABILITIES) if os.geteuid() == 0 else ():
        libc.prctl(DROP_CAPABILITY, capability, 0, 0, 0)


def call_only_what_stays_inside(folder: str) -> None:
    """A seccomp filter: a refused call fails as if it were not permitted."""
    architecture, column = MACHINES[os.uname().machine]
    refused = [number for numbers in REFUSED_CALLS.values() if (number := numbers[column]) is not None]
    steps = [(LOAD, 0, 0, 4), (IF_EQUAL, 1, 0, architecture), (RETURN, 0, 0, END), (LOAD, 0, 0, 0)]
    steps.append((IF_AT_LEAST, len(refused) + 1, 0, FOREIGN_CALLS))
    steps += [(IF_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    described = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(program)))
    _done("seccomp", _libc().prctl(FILTER_CALLS, FILTER_MODE, described, 0, 0))


def see_only(folder: str) -> None:
    """Landlock: Python and the system's libraries can be read, the folder is the code's own, the rest is not there."""
    libc = _libc()
    if _done("Landlock", libc.syscall(CREATE_RULESET, None, 0, VERSION_FLAG)) < 1:
        raise NoWall("Landlock is not there")
    attributes = struct.pack("Q", EVERY_FILE_RIGHT)
    rules = _done("Landlock", libc.syscall(CREATE_RULESET, attributes, len(attributes), 0))
    environment = os.path.dirname(os.path.dirname(sys.executable))
    for path in (*SEEN, environment, os.path.realpath(environment), os.path.realpath(sys.base_prefix)):
        if os.path.exists(path):
            _allow(rules, path, READ if os.path.isdir(path) else READ & FILE_RIGHTS | (path == "/dev/null") << 1)
    _allow(rules, folder, EVERY_FILE_RIGHT)
    _done("Landlock", libc.syscall(RESTRICT_SELF, rules, 0))


def _allow(rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights, place)
    _done("Landlock", _libc().syscall(ADD_RULE, rules, BENEATH, rule, 0))
    os.close(place)


def take_limits(cpu_seconds: int, memory_bytes: int) -> None:
    """What is used up ends the process or the call."""
    limits = {
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 1),
        resource.RLIMIT_AS: (memory_bytes, memory_bytes),
        resource.RLIMIT_FSIZE: (FILE_BYTES, FILE_BYTES),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
        resource.RLIMIT_NPROC: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }
    for limit, softly_and_at_most in limits.items():
        with suppress(ValueError, OSError):  # macOS knows no limit of memory
            resource.setrlimit(limit, softly_and_at_most)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _done(what: str, returned: int) -> int:
    if returned < 0:
        raise NoWall(f"{what}: {os.strerror(ctypes.get_errno())}")
    return returned


if __name__ == "__main__":
    main(*sys.argv[1:])
