import pytest

from gateway.views import VIEWS
from tests.views.ring import Ring
from tests.views.story import story


@pytest.fixture(scope="module")
def gateway_database(databases):
    return databases["GATEWAY_DB"]


@pytest.fixture(scope="module")
def ring():
    """The five services in memory, and some days in the life of the network."""
    return story(Ring())


@pytest.fixture(scope="module")
def views(gateway_database, ring):
    """All views, filled with what has happened."""
    opened = {kind.name: kind(gateway_database) for kind in VIEWS}
    for view in opened.values():
        ring.show(view)
    yield opened
    for view in opened.values():
        view.close()
