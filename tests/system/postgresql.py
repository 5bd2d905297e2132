"""A PostgreSQL of one's own for a test: in a temporary directory, on a socket in it, ended with the test."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg2

from federation import wait_until

USER = "mirror"


def _programs():
    """Debian keeps each version's in a folder of its own."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    assert found, "no PostgreSQL: cmake/debian-packages.txt names the package"
    return found[-1].parent


class Postgresql:
    def __init__(self):
        self.place = Path(tempfile.mkdtemp(prefix="hansa-postgresql-"))
        self.process = None
        # It refuses to run as root.
        self.identity = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.place, user.pw_uid, user.pw_gid)
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        programs = _programs()
        data = self.place / "data"
        try:
            subprocess.run([programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                            "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=self.place, **self.identity)
            self.log = open(self.place / "log", "wb")
            self.process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", self.place, "-c", "listen_addresses=", "-c", "fsync=off"],
                stdout=self.log, stderr=self.log, cwd=self.place, **self.identity)
            wait_until(self._answers, lambda: (self.place / "log").read_text())
        except BaseException:
            self.end()
            raise

    @property
    def address(self):
        return f"host={self.place} user={USER} dbname=postgres"

    def _answers(self):
        assert self.process.poll() is None, (self.place / "log").read_text()
        try:
            psycopg2.connect(self.address).close()
            return True
        except psycopg2.OperationalError:
            return False

    def ask(self, query, *values):
        """The rows, in a transaction of its own."""
        connection = psycopg2.connect(self.address)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall()
        finally:
            connection.close()

    def end(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)  # at once, without a checkpoint
            self.process.wait(30)
            self.log.close()
        shutil.rmtree(self.place)
