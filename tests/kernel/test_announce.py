"""What is announced is heard, also after the line was cut."""

import pytest
from kombu import Connection, Consumer, Queue

from kernel.announce import Announcer, exchange
from kernel.follow import told
from tests.faults.proxy import Line


@pytest.fixture
def line(broker):
    with Line(broker) as line:
        yield line


@pytest.fixture
def announcer(line):
    announcer = Announcer("counting", line.address)
    yield announcer
    announcer.close()


@pytest.fixture
def heard(broker):
    """The positions that were announced so far, once there are so many."""
    with Connection(broker) as connection:
        facts = []

        def hear(message):
            facts.extend(told(message))

        inbox = Queue("", exchange("counting"), "#", exclusive=True, auto_delete=True)
        with Consumer(connection, [inbox], on_message=hear, no_ack=True):

            def positions(number):
                while len(facts) < number:
                    connection.drain_events(timeout=3)
                return [each.position for each in facts]

            yield positions


def test_what_is_announced_first_after_a_line_was_cut_is_heard(announcer, line, heard, fact):
    announcer.announce([fact("counting.CountedOn", 1)])
    assert heard(1) == [1]
    line.shut()
    line.open()
    announcer.announce([fact("counting.CountedOn", 2)])
    assert heard(2) == [1, 2]


def test_what_is_announced_while_nobody_gets_through_is_heard_afterwards(
    announcer, line, heard, fact
):
    announcer.announce([fact("counting.CountedOn", 1)])
    assert heard(1) == [1]
    line.shut()
    announcer.announce([fact("counting.CountedOn", 2)])
    announcer.announce([fact("counting.CountedOn", 3)])
    line.open()
    assert heard(3) == [1, 2, 3]
