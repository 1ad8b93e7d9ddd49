import pytest

from tests.border import PEOPLE
from tests.crawl.crawler import led_to, questions
from tests.crawl.rights import Viewer


@pytest.fixture(scope="session")
def viewers(border):
    return {who: Viewer(border, who) for who in ("visitor", *PEOPLE)}


class Visits(dict):
    """who -> everything they asked for, and everything that led to."""

    def __init__(self, viewers):
        self.viewers = viewers

    def __missing__(self, who):
        asked = list(questions(self.viewers[who]))
        self[who] = [*asked, *led_to(self.viewers[who], asked)]
        return self[who]


@pytest.fixture(scope="session")
def visits(viewers):
    return Visits(viewers)
