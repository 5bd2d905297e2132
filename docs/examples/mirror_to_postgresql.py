#!/usr/bin/env python3
"""Keeps a copy of a Hansa node's catalogue in PostgreSQL, by nothing but the node's change feed.

    mirror_to_postgresql.py --node http://127.0.0.1:8440 --token-file TOKEN --database "dbname=catalogue"

With --once it ends when it has caught up. It can be killed and started again at any moment. Needs Python 3.9 and psycopg2
(Debian: python3-psycopg2). An example to start from: docs/api.md, "A copy in a database", says why it is made as it is.
"""

import argparse
import http.client
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import psycopg2
import psycopg2.extras

# Where this copy stands. `since`: every change up to this number is in. `round`: counts how often it began anew.
# `behind`: the present round has not been through the whole feed yet.
# `pending`: the node has not all of a record yet (its content is on the way, or a signature is not checked yet); no line of
# the feed says when that is done, so it is asked for again.
TABLES = """
CREATE TABLE IF NOT EXISTS hansa_feed (
    node text PRIMARY KEY, feed text, since bigint NOT NULL DEFAULT 0, round bigint NOT NULL DEFAULT 1,
    behind boolean NOT NULL DEFAULT true);
CREATE TABLE IF NOT EXISTS hansa_record (
    node text NOT NULL, id text NOT NULL, kind text NOT NULL, partner text NOT NULL, status text NOT NULL,
    language text, revision text NOT NULL, pending boolean NOT NULL, round bigint NOT NULL, record jsonb NOT NULL,
    PRIMARY KEY (node, id));
"""
PENDING_AT_ONCE = 500
STREAM_QUIET_SECONDS = 60  # the node says something at least every 20 s
RETRY_SECONDS = 5


class Gone(Exception):
    """The node has no such record (any more)."""


class FeedStartsAnew(Exception):
    """The numbers that this copy remembers are not this feed's."""


class Node:
    def __init__(self, address, token):
        self.address = address.rstrip("/")
        self.headers = {"Authorization": "Bearer " + token}

    def open(self, path, timeout=60):
        return urllib.request.urlopen(urllib.request.Request(self.address + path, headers=self.headers), timeout=timeout)

    def changes(self, since, limit):
        try:
            with self.open(f"/api/v1/changes?since={since}&limit={limit}") as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 400 and since > 0:  # behind the last number there is
                raise FeedStartsAnew() from error
            raise

    def record(self, id):
        try:
            with self.open("/api/v1/records/" + urllib.parse.quote(id)) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                raise Gone() from error
            raise


def is_pending(record):
    return record["contentState"] == "missing" or record["provenance"]["signature"] == "unchecked"


def store(cursor, node, id, round):
    """Makes the copy of one record what the node shows now: that is at least as new as the change that led here."""
    try:
        record = node.record(id)
    except Gone:
        cursor.execute("DELETE FROM hansa_record WHERE node = %s AND id = %s", (node.address, id))
        return
    cursor.execute(
        """INSERT INTO hansa_record (node, id, kind, partner, status, language, revision, pending, round, record)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (node, id) DO UPDATE SET kind = EXCLUDED.kind, partner = EXCLUDED.partner, status = EXCLUDED.status,
               language = EXCLUDED.language, revision = EXCLUDED.revision, pending = EXCLUDED.pending,
               round = EXCLUDED.round, record = EXCLUDED.record""",
        (node.address, id, record["kind"], record["partner"]["id"], record["status"], record.get("language"), record["revision"],
         is_pending(record), round, psycopg2.extras.Json(record)))


def begin_anew(cursor, node, feed):
    """What was copied stays readable until the feed has been read through; then what was not met again goes."""
    cursor.execute("UPDATE hansa_feed SET feed = %s, since = 0, round = round + 1, behind = true WHERE node = %s",
                   (feed, node.address))


def take_page(database, node, limit):
    """One page of the feed, in one transaction: its records and how far it goes. True: there is more."""
    with database, database.cursor() as cursor:
        cursor.execute("SELECT feed, since, round, behind FROM hansa_feed WHERE node = %s FOR UPDATE", (node.address,))
        feed, since, round, behind = cursor.fetchone()
        try:
            page = node.changes(since, limit)
        except FeedStartsAnew:
            begin_anew(cursor, node, None)
            return True
        if since > 0 and feed != page["feed"]:
            begin_anew(cursor, node, page["feed"])
            return True
        for id in dict.fromkeys(change["record"] for change in page["items"]):
            store(cursor, node, id, round)
        more = page["next"] is not None
        if not more and behind:
            cursor.execute("DELETE FROM hansa_record WHERE node = %s AND round < %s", (node.address, round))
        cursor.execute("UPDATE hansa_feed SET feed = %s, since = %s, behind = behind AND %s WHERE node = %s",
                       (page["feed"], page["last"], more, node.address))
        return more


def look_at_pending(database, node):
    with database, database.cursor() as cursor:
        cursor.execute("SELECT id, round FROM hansa_record WHERE node = %s AND pending ORDER BY random() LIMIT %s",
                       (node.address, PENDING_AT_ONCE))
        for id, round in cursor.fetchall():
            store(cursor, node, id, round)


def catch_up(database, node, limit):
    while take_page(database, node, limit):
        pass
    look_at_pending(database, node)


def wait_for_change(stream):
    """Until the node says that something changed, or says for the third time that it is still there."""
    for quiet in range(3):
        while True:
            line = stream.readline()
            if not line:
                raise OSError("the stream of events ended")
            if line.startswith((b"event: change", b"event: reset")):
                return
            if line.startswith(b": "):
                break


def follow(database, node, limit):
    # The stream is only an alarm clock, opened before the feed is read, so that nothing falls between.
    with node.open("/api/v1/events", timeout=STREAM_QUIET_SECONDS) as stream:
        while True:
            catch_up(database, node, limit)
            wait_for_change(stream)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--node", required=True, help="address of the node's admin listener")
    parser.add_argument("--token-file", required=True, help="file with a token of the role reader")
    parser.add_argument("--database", required=True, help="of PostgreSQL, as libpq takes it")
    parser.add_argument("--page", type=int, default=200, help="changes in one transaction, at most 1000")
    parser.add_argument("--once", action="store_true", help="end when it has caught up")
    options = parser.parse_args()
    with open(options.token_file, encoding="ascii") as file:
        node = Node(options.node, file.read().strip())
    database = psycopg2.connect(options.database)
    with database, database.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute("INSERT INTO hansa_feed (node) VALUES (%s) ON CONFLICT DO NOTHING", (node.address,))
    if options.once:
        return catch_up(database, node, options.page)
    while True:
        try:
            follow(database, node, options.page)
        except (OSError, ValueError, http.client.HTTPException) as reason:  # The node stops or starts anew; every page so far is kept.
            print(f"waits for the node: {reason}", file=sys.stderr)
            time.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    main()
