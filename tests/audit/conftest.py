import pytest

from tests.audit.office import Office


@pytest.fixture
def office(servers, fresh_databases, soon, tmp_path):
    made = Office(servers, fresh_databases(), soon, tmp_path)
    yield made
    made.leave()
