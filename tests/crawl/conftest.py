import pytest

from tests.border import PEOPLE
from tests.crawl.crawler import led_to, questions
from tests.crawl.rights import Viewer


@pytest.fixture(scope="session")
def viewers(border):
    return {who: Viewer(border, who) for who in ("visitor", *PEOPLE)}


@pytest.fixture(scope="session")
def visits(viewers):
    """who -> everything they asked for, and everything that led to."""
    found = {}
    for who, viewer in viewers.items():
        asked = list(questions(viewer))
        found[who] = [*asked, *led_to(viewer, asked)]
    return found
