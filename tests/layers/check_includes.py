#!/usr/bin/env python3
"""Which room may include what. The linker refuses most of it; this refuses the rest, because Debian keeps the headers
of every library in one folder, so that <rocksdb/db.h> inside protocol/ compiles.

Usage: check_includes.py ROOT
"""

import os
import re
import sys
from dataclasses import dataclass, field

import sources

LIBRARIES = {  # library: its headers start with one of these
    "Boost.JSON": ("boost/json",),
    "Boost": ("boost/",),
    "Cap'n Proto": ("capnp/", "kj/"),
    "CLI11": ("CLI/",),
    "doctest": ("doctest/",),
    "iconv": ("iconv.h",),
    "libcsv": ("csv.h",),
    "libical": ("libical/",),
    "libsodium": ("sodium",),
    "pugixml": ("pugixml",),
    "OpenSSL": ("openssl/",),
    "RocksDB": ("rocksdb/",),
    "spdlog": ("spdlog/", "fmt/"),
    "toml++": ("toml++/",),
    "utf8proc": ("utf8proc",),
    "uchardet": ("uchardet/",),
    "Xapian": ("xapian",),
    "ICU": ("unicode/",),
    "zstd": ("zstd", "zdict"),
    "sockets": ("sys/socket.h", "sys/un.h", "netinet/", "arpa/", "netdb.h", "net/"),
    "POSIX": ("unistd.h", "fcntl.h", "sys/", "signal.h", "poll.h", "termios.h", "pwd.h", "spawn.h", "dirent.h",
              "linux/", "syslog.h", "time.h", "errno.h", "malloc.h"),
}
THREADS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch", "barrier",
           "stop_token"}
FILES = {"fstream", "filesystem"}
CLOCK = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime|time\s*\(\s*(nullptr|NULL|0)\s*\))")

OPENS_FILE = re.compile(r"\bf(?:re)?open\s*\(")


@dataclass
class Room:
    """What one folder may know."""
    rooms: set                                   # rooms whose public headers it may include
    libraries: set = field(default_factory=set)  # in .cpp files and private headers
    public: set = field(default_factory=set)     # of these, those that its public headers may name
    banned: set = field(default_factory=set)     # headers of the standard library
    clock: bool = True                           # may it read a clock


EVERY = {"protocol", "store", "search", "core", "json", "links", "http", "demo"}
ROOMS = {
    "protocol/": Room({"protocol"}, {"libsodium", "Cap'n Proto", "zstd", "utf8proc"}, {"Cap'n Proto"},
                      THREADS | FILES, clock=False),
    "store/": Room({"protocol", "store"}, {"RocksDB", "libsodium", "zstd", "Cap'n Proto", "POSIX"}, clock=False),
    "search/": Room({"protocol", "store", "search"}, {"Xapian", "ICU", "utf8proc", "Cap'n Proto"}),
    # A mutex is allowed to core, for what readers on other threads look at; starting or awaiting threads is not.
    "node/core/": Room({"protocol", "store", "core"}, banned=THREADS - {"mutex", "shared_mutex"}, clock=False),
    "node/json/": Room({"protocol", "json"}, {"Boost.JSON", "Cap'n Proto"}, {"Boost.JSON", "Cap'n Proto"}, THREADS | FILES,
                       clock=False),
    "node/links/": Room({"protocol", "core", "links"}, {"Boost", "OpenSSL"}, {"Boost"}),
    "node/http/": Room({"protocol", "store", "search", "core", "json", "http"}, {"Boost", "Boost.JSON", "libsodium", "libical", "pugixml", "libcsv", "uchardet", "iconv"},
                       {"Boost", "Boost.JSON"}),
    "demo/": Room({"demo"}, banned=THREADS | FILES, clock=False),
    "node/": Room(EVERY, {"Boost", "Boost.JSON", "CLI11", "toml++", "spdlog", "OpenSSL", "libsodium", "POSIX", "sockets"}),
    "tests/protocol/": Room({"protocol"}, {"doctest", "libsodium", "Cap'n Proto", "zstd", "Boost.JSON"}),
    "tests/store/": Room({"protocol", "store"}, {"doctest", "RocksDB", "POSIX"}),
    "tests/search/": Room({"protocol", "store", "search"}, {"doctest"}),
    "tests/core/": Room({"protocol", "store", "core"}, {"doctest", "POSIX"}),
    "tests/json/": Room({"protocol", "json"}, {"doctest", "Boost.JSON", "Cap'n Proto"}),
    "tests/links/": Room({"protocol", "store", "core", "links"}, {"doctest", "Boost", "OpenSSL", "POSIX", "sockets"}),
    "tests/http/": Room({"protocol", "store", "search", "core", "json", "http"}, {"doctest", "Boost", "Boost.JSON", "POSIX", "sockets"}),
    "tests/demo/": Room({"demo", "json", "protocol"}, {"doctest", "Boost.JSON"}),
    "tests/simulation/": Room({"protocol", "store", "core"}, {"doctest"}),
    "tests/fuzz/": Room({"protocol", "store", "search", "core", "json", "links", "http"},
                        {"Boost", "Cap'n Proto", "Boost.JSON", "libsodium", "zstd"}),
    "tests/bench/": Room(EVERY, set(LIBRARIES) - {"doctest"}),
    "tests/": Room(EVERY, {"doctest", "Boost", "Boost.JSON", "POSIX", "sockets"}),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def library_of(header):
    """The library that a header in angle brackets belongs to; None for the standard library, "?" if unknown."""
    for name in ("Boost.JSON", "sockets"):  # before the wider "Boost" and "POSIX"
        if header.startswith(LIBRARIES[name]):
            return name
    for name, starts in LIBRARIES.items():
        if header.startswith(starts):
            return name
    return "?" if header.endswith((".h", ".hpp")) or "/" in header else None


def room_of(path):
    starts = [start for start in ROOMS if path.startswith(start)]
    return max(starts, key=len) if starts else None


def list_of(names):
    return ", ".join(sorted(names)) or "nothing else"


def advice_for_own(header, room, start, path):
    first = header.split("/")[0]
    if ".." in header.split("/"):
        if room_of(os.path.normpath(os.path.join(os.path.dirname(path), header))) == start:
            return None
        return "include by room, as in \"protocol/entry.h\", never by a path with .."
    if first in EVERY and first not in room.rooms:
        return f"{start} may include {list_of(room.rooms)}, not {first}: move this code to a room that may, or pass what it needs as an argument"
    if "src" in header.split("/"):
        return "headers in src/ are private: include a public header of the room"
    return None


def advice_for_library(header, room, start, public):
    library = library_of(header)
    if library is None:
        if header in room.banned:
            return f"{start} has no threads and no files (<{header}>): return what is to be done and let node/ do it"
        return None
    if library == "?":
        return f"unknown library <{header}>: add it to LIBRARIES in tests/layers/check_includes.py and say why in docs/adr"
    allowed = room.libraries | ({"Boost.JSON"} if "Boost" in room.libraries else set())
    if library not in allowed:
        return f"{start} may use {list_of(allowed)}, not {library}: wrap it in the room that owns it"
    if public and library not in room.public | ({"Boost.JSON"} if "Boost" in room.public else set()):
        return f"{library} is private to {start}: include it in a .cpp file, behind a pointer in this header"
    if public and header.startswith("boost/beast"):
        return "Beast takes 16 to 60 s to compile: include it in a .cpp file, behind a pointer in this header"
    return None


def check_file(path, text):
    start = room_of(path)
    room = ROOMS[start]
    public = "/include/" in path
    problems = []
    for number, (line, code) in enumerate(zip(text.split("\n"), sources.bare(text).split("\n")), 1):
        found = INCLUDE.match(line)
        advice = None
        if found and found[1] == '"':
            advice = advice_for_own(found[2], room, start, path)
        elif found:
            advice = advice_for_library(found[2], room, start, public)
        elif not room.clock and CLOCK.search(code):
            advice = f"{start} reads no clock: take the time as an argument"
        elif "fstream" in room.banned and OPENS_FILE.search(code):
            advice = f"{start} opens no file: take its bytes as an argument"
        if advice:
            problems.append((path, number, advice))
    return problems


def check(root):
    problems, seen = [], 0
    for path in sources.tracked(root):
        if path.endswith(sources.CPP) and room_of(path):
            seen += 1
            problems += check_file(path, sources.read(root, path) or "")
    if seen == 0:
        problems.append((root, 0, "no C++ file found here: give the root of the repository"))
    return problems


if __name__ == "__main__":
    sys.exit(sources.report(check(os.path.abspath(sys.argv[1]))))
