"""What can break in a network, each with how it is mended. All are called with the network."""

import signal
import time

import psycopg
from kombu import Connection

SHORT, LONG = 0.3, 1.5


def part_is_killed(network, part):
    network.stop(part, signal.SIGKILL)
    network.start(part)


def part_leaves(network, part):
    network.stop(part)
    network.start(part)


def part_stands_still(network, part):
    process = network.running[part]
    process.send_signal(signal.SIGSTOP)
    time.sleep(LONG)
    process.send_signal(signal.SIGCONT)


def server_restarts(network, server):
    getattr(network.servers, server).stop()
    getattr(network.servers, server).start()


def server_is_killed(network, server):
    getattr(network.servers, server).kill()
    getattr(network.servers, server).start()


def broker_has_no_memory(network):
    broker = network.servers.broker
    broker.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
    time.sleep(LONG)
    broker.ctl("set_vm_memory_high_watermark", "absolute", "512MB")


def lines_to_the_database_break(network):
    with psycopg.connect(network.servers.postgres.url, autocommit=True) as sql:
        sql.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        )


def queue_is_purged(network):
    with Connection(network.servers.broker.url) as connection:
        connection.default_channel.queue_purge("agenda.follows.bookings")


def queue_is_deleted(network):
    with Connection(network.servers.broker.url) as connection:
        connection.default_channel.queue_delete("feed.follows.bookings")


def exchange_is_deleted(network):
    with Connection(network.servers.broker.url) as connection:
        connection.default_channel.exchange_delete("bookings.events")


TO_A_PART = (part_is_killed, part_leaves, part_stands_still)
TO_A_SERVER = (server_restarts, server_is_killed)
TO_ALL = (
    broker_has_no_memory,
    lines_to_the_database_break,
    queue_is_purged,
    queue_is_deleted,
    exchange_is_deleted,
)


def faults(network, chance):
    """Without end, in an order that chance decides: what breaks, and how to break and mend it."""
    every = [(each.__name__, each) for each in TO_ALL]
    for kinds, names in ((TO_A_PART, network.parts), (TO_A_SERVER, ("broker", "postgres"))):
        every += [(f"{each.__name__}: {name}", each, name) for each in kinds for name in names]
    while True:
        chance.shuffle(every)
        for name, happens, *about in every:
            yield name, lambda happens=happens, about=about: happens(network, *about)
