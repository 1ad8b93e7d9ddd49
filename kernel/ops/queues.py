"""What waits in the broker's queues, and for how many."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from amqp.exceptions import NotFound
from kombu import Connection

from kernel.where import broker


@contextmanager
def linked() -> Iterator[Connection]:
    """Without kombu's pause of two seconds before it says that the broker is away."""
    with Connection(broker(), connect_timeout=2) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        yield connection


def asked_at(service: str) -> str:
    return f"rpc-{service}"


def heard_at(follower: str, source: str) -> str:
    return f"{follower}.follows.{source}"


def depths(queues: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Messages that wait, and processes that listen (one of a follower's works, others stand by).

    What is not there is missing. Raises one of kernel.ask.LOST when the broker is away.
    """
    found = {}
    with linked() as connection:
        for queue in queues:
            with suppress(NotFound), connection.channel() as channel:
                found[queue] = tuple(channel.queue_declare(queue, passive=True)[1:])
    return found
