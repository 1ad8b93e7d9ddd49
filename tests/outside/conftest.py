import pytest

from tests.outside.calendar_server import CalendarServer


@pytest.fixture
def server():
    running = CalendarServer()
    yield running
    running.stop()
