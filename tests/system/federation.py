"""Real `hansa` processes for the black-box tests: makes nodes, federations and published records, and waits.

Every node lives in a temporary directory of its test and ends with it. Waiting is only done by functions named
wait_…, each with a deadline. HANSA_PROGRAM names the program under test (ctest sets it).
"""

import http.client
import json
import os
import queue
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

PROGRAM = os.environ.get("HANSA_PROGRAM", str(Path(__file__).resolve().parents[2] / "build" / "hansa"))
READY_SECONDS = 30
AGREE_SECONDS = 60
STOP_SECONDS = 5  # what contract and manual promise
HOST = "127.0.0.1"
LAST_LOG_LINES = 40

_given_ports = set()


def free_port():
    """A port that nobody listens on, below the range from which the system takes ports of outgoing connections:
    a node that is down for a while must find its own port free again."""
    for _ in range(1000):
        port = random.randrange(10000, 32000)
        if port in _given_ports:
            continue
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        _given_ports.add(port)
        return port
    raise RuntimeError("no free port in 1000 attempts")


def wait_until(condition, what, seconds=AGREE_SECONDS, every=0.05):
    """The first true value of condition(); fails with `what` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(every)


def run(*arguments, directory=None, timeout=60, env=None, program=PROGRAM):
    """Runs a command to its end: the CompletedProcess with text output. HANSA_… of the caller do not reach it."""
    words = [program, *map(str, arguments)]
    if directory is not None:
        words += ["--dir", str(directory)]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HANSA_")}
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, env={**clean, **(env or {})})


def run_well(*arguments, **options):
    done = run(*arguments, **options)
    if done.returncode != 0:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


class Api:
    """One kept connection to a node's admin listener. For one thread at a time."""

    def __init__(self, port, token, timeout=30):
        self.token = token
        self.connection = http.client.HTTPConnection(HOST, port, timeout=timeout)

    def ask(self, method, path, body=None, headers=None):
        """Throws OSError or HTTPException when no answer comes; the connection can then be used again."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        try:
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def close(self):
        self.connection.close()


class EventStream:
    """GET /api/v1/events in a thread of its own; what came can be waited for."""

    def __init__(self, node):
        self.connection = http.client.HTTPConnection(HOST, node.admin_port, timeout=120)
        self.connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {node.token}"})
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.status
        self.events = queue.Queue()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        event = {}
        try:
            for line in self.response:
                line = line.decode().rstrip("\r\n")
                if not line and event:
                    self.events.put(event)
                    event = {}
                elif line and not line.startswith(":"):
                    field, _, value = line.partition(":")
                    event[field] = value.strip()
        except (OSError, http.client.HTTPException, ValueError):
            pass  # The node was stopped or killed, which ends the stream.
        self.events.put(None)

    def wait_for(self, kind, fits, seconds=30):
        """The data of the first event of that kind for which fits(data) holds."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                event = self.events.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {kind} event within {seconds} s")
            if event is None:
                raise AssertionError("the event stream ended")
            if event.get("event") == kind and fits(json.loads(event["data"])):
                return json.loads(event["data"])

    def wait_end(self, seconds):
        self.thread.join(seconds)
        assert not self.thread.is_alive(), "the event stream is still open"
        self.connection.close()


class Node:
    def __init__(self, folder, name, country, dialled=True, own_organisation=False, extra=()):
        """`dialled`: its card holds its address, so that the others dial it."""
        self.directory = Path(folder) / f"{country.lower()}-{name.replace(' ', '_')}"
        self.name = name
        self.country = country
        self.admin_port = free_port()
        self.link_port = free_port()
        self.process = None
        self.log_file = Path(str(self.directory) + ".log")
        words = ["init", "--json", "--name", name, "--country", country,
                 "--admin-listen", f"{HOST}:{self.admin_port}", "--link-listen", f"{HOST}:{self.link_port}"]
        if dialled:
            words += ["--link-address", f"ws://{HOST}:{self.link_port}/"]
        self.made = json.loads(run_well(*words, *extra, directory=self.directory).stdout)
        self.token = (self.directory / "operator.token").read_text().strip()
        if not own_organisation:
            self.set("publish_organisation", "false")

    def set(self, key, value, section=None):
        """Replaces a line of hansa.toml; `value` is TOML. `section` where the key stands in several."""
        file = self.directory / "hansa.toml"
        text = file.read_text()
        begin = text.index(f"[{section}]") if section else 0
        changed, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text[begin:], count=1 if section else 0)
        assert count == 1, f"{key} stands {count} times in {file}"
        file.write_text(text[:begin] + changed)

    def start(self, ready=True):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", "--dir", str(self.directory)], stdout=log, stderr=log)
        if ready:
            self.wait_ready()

    def wait_ready(self):
        def is_ready():
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.log_tail()}")
            try:
                return self.ask("GET", "/readyz").status == 200
            except (OSError, http.client.HTTPException):
                return False  # Not listening yet.
        wait_until(is_ready, f"{self.name} ready", READY_SECONDS)

    def stop(self):
        """Asks it to stop; the exit status and the seconds that it took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.process = None
        return status, time.monotonic() - begin

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.process = None

    def end(self):
        if self.process is not None:
            self.kill()

    def log_tail(self):
        if not self.log_file.exists():
            return "(no log)"
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-LAST_LOG_LINES:])

    def api(self, timeout=30):
        return Api(self.admin_port, self.token, timeout)

    def ask(self, method, path, body=None, headers=None):
        api = self.api()
        try:
            return api.ask(method, path, body, headers)
        finally:
            api.close()

    def get(self, path):
        answer = self.ask("GET", path)
        assert answer.status == 200, f"{self.name} {path}: {answer}"
        return answer.json

    def about(self):
        return self.get("/api/v1/node")

    def peers(self):
        return {peer["country"]: peer for peer in self.get("/api/v1/peers")["items"]}

    def metric(self, name):
        """One value of /metrics by its name with labels, 0 if it is not there."""
        for line in self.ask("GET", "/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0

    def resident_bytes(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    def publish(self, record):
        answer = self.ask("POST", "/api/v1/records", record)
        assert answer.status == 201, f"{self.name}: {answer}"
        return answer.json

    def shows(self, record, status="published"):
        """The record as this node shows it; None while it has not come, or not with its content."""
        answer = self.ask("GET", f"/api/v1/records/{record}")
        if answer.status == 404:
            return None
        assert answer.status == 200, answer
        found = answer.json
        return found if found["status"] == status and found["contentState"] == "present" else None


def organisation(name, country="LV", description=None):
    content = {"name": {"en": name}, "orgType": "ngo", "country": country}
    if description:
        content["description"] = {"en": description}
    return {"kind": "organisation", "language": "en", "content": content}


def practice(lead, title, summary, country="LV"):
    """`title` and `summary` by language."""
    return {"kind": "practice", "language": next(iter(title)), "content": {
        "title": title, "summary": summary, "country": [country], "level": "municipal", "themes": ["housing"],
        "targetGroups": ["third-country-nationals"], "lead": lead, "practiceStatus": "completed",
        "period": "2024-01/2025-12",
        "evidence": "self-reported"}}


def found(name, nodes, accept=True):
    """The first founds, the others accept."""
    cards = [word for node in nodes[1:] for word in ("--partner", node.made["card"])]
    run_well("federation", "found", "--name", name, *cards, directory=nodes[0].directory)
    for node in nodes[1:] if accept else []:
        run_well("charter", "accept", nodes[0].directory / "charter.txt", directory=node.directory)


def agree(nodes):
    """All hold the same, have checked it and lack no content; the digest, or None."""
    states = [node.about() for node in nodes]
    digests = {state["digest"] for state in states}
    settled = all(state["uncheckedEntries"] == 0 and state["missingPayloads"] == 0 for state in states)
    return digests.pop() if len(digests) == 1 and settled else None


def wait_agree(nodes, seconds=AGREE_SECONDS):
    def what():
        kept = ("digest", "entries", "records", "uncheckedEntries", "missingPayloads", "ownLogState")
        return "\n".join(f"{node.name}: { {key: state[key] for key in kept} }"
                         for node in nodes for state in [node.about()])
    return wait_until(lambda: agree(nodes), lambda: "all agree\n" + what(), seconds)


class FederationTest(unittest.TestCase):
    """Gives each test a temporary directory, ends its nodes, and shows their logs if it failed."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="hansa-system-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.nodes = []
        self.addCleanup(self._end_nodes)

    def _end_nodes(self):
        for node in self.nodes:
            node.end()
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            for node in self.nodes:
                print(f"--- last log lines of {node.name}\n{node.log_tail()}", file=sys.stderr)

    def node(self, name, country, **options):
        made = Node(self.folder, name, country, **options)
        self.nodes.append(made)
        return made

    def three(self, **options):
        """LV, LT and FI, each able to dial the others, serving."""
        nodes = [self.node("Latvija", "LV", **options), self.node("Lietuva", "LT", **options),
                 self.node("Suomi", "FI", **options)]
        found("Test", nodes)
        for node in nodes:
            node.start()
        return nodes

    def verify_clean(self, node):
        """The node must be stopped."""
        report = json.loads(run_well("verify", "--json", directory=node.directory, timeout=300).stdout)
        self.assertTrue(report["clean"], report)
        return report
