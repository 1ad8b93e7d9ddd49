"""python -m gateway.post          sends the letters of the outbox, until told to leave
python -m gateway.post retry    tries again with those that were given up

GATEWAY_DB  where the outbox is
SMTP        where letters are handed over: gateway/post/server.py has the forms
MAIL_FROM   who writes: "Essaim <bonjour@essaim.example>"
GATEWAY     the address at which people find the network, for links
REMIND      how many hours before a booking begins its reminder is sent: 24 unless said, 0 never
"""

import logging
import os
import signal
import sys
import time
from contextlib import closing
from datetime import timedelta
from email.headerregistry import Address
from email.utils import parseaddr
from typing import LiteralString

import psycopg
from prometheus_client import REGISTRY

from gateway.post import meters
from gateway.post.letters import Sender
from gateway.post.outbox import Outbox
from gateway.post.sender import Post
from gateway.post.server import Away, server
from kernel.ops import logs
from kernel.ops.door import open_door
from kernel.ops.logs import summary
from kernel.where import database

logger = logging.getLogger("gateway.post")

BEAT, LONGEST_PAUSE = 1.0, 60.0
REMINDERS = 60.0
"""Seconds from one look for what begins soon to the next."""
RETRY: LiteralString = """
    UPDATE letters SET state = 'waiting', made = now(), next_try = now(), done = NULL
    WHERE state = 'given-up'
"""


def at_work() -> Post:
    """As the environment says. Raises KeyError or ValueError, which say what is missing."""
    name, address = parseaddr(os.environ["MAIL_FROM"])
    sender = Sender(Address(name, addr_spec=address), os.environ["GATEWAY"].rstrip("/"))
    ahead = timedelta(hours=float(os.environ.get("REMIND") or 24))
    return Post(Outbox(database("gateway")), server(os.environ["SMTP"]), sender, ahead)


def run(post: Post, leaving: list[int]) -> None:
    """What is away is tried again after 2, 4, 8, ... seconds: no letter is lost by that."""
    REGISTRY.register(meters.AtScrape(post.outbox.url, lambda: not post.trouble))
    open_door(lambda: {"letters": post.trouble or "here"})
    pause, again_at, remind_at = BEAT, 0.0, 0.0
    while not leaving:
        now = time.monotonic()
        if now >= again_at:
            try:
                if now >= remind_at:
                    post.remind()
                    post.announce()
                    post.sweep()
                    post.forget()
                    remind_at = now + REMINDERS
                while not leaving and post.send():
                    pass
            except (Away, psycopg.Error) as away:
                why = str(away) if isinstance(away, Away) else summary(away)
                if why != post.trouble:
                    logger.warning("letters wait: %s", why)
                pause = min(2 * pause, LONGEST_PAUSE)
                post.trouble, again_at = why, now + pause
            else:
                post.trouble, pause = "", BEAT
        time.sleep(BEAT)


def retry(database: str) -> None:
    with closing(Outbox(database)) as outbox:
        print(f"to be tried again: {outbox.sql.execute(RETRY).rowcount}")


def main(*words: str) -> None:
    if words == ("retry",):
        return retry(database("gateway"))
    if words:
        sys.exit(__doc__)
    logs.configure()
    leaving: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: leaving.append(number))
    try:
        post = at_work()
    except (KeyError, ValueError) as mistake:
        sys.exit(f"{type(mistake).__name__}: {mistake}\n{__doc__}")
    run(post, leaving)
    post.server.close()
    post.outbox.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
