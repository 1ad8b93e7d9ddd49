"""A service that takes its time."""

import time

from marshmallow import fields

from kernel.service import Service, handles, tells
from kernel.wire import Message
from tests.kernel.counting import Counter


class CountSlowly(Message):
    """Count one further, slowly."""

    route = "POST /slow-counters"
    name = fields.String(required=True)


class Dawdling(Service):
    name = "dawdling"

    @handles(CountSlowly)
    def count_slowly(self, name):
        time.sleep(1)
        counter = self.log.find(Counter, name) or Counter(name)
        counter.count(1)
        return counter

    @tells
    def total_of(self, name):
        return self.log.load(Counter, name).total
