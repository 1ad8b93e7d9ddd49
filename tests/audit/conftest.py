import pytest

from audit.keys import Kind
from tests.audit.desk import Desk, emptied, key
from tests.audit.office import Office


@pytest.fixture
def office(servers, fresh_databases, soon, tmp_path):
    made = Office(servers, fresh_databases(), soon, tmp_path)
    yield made
    made.leave()


@pytest.fixture
def desk(servers, databases, tmp_path):
    keys = [key(), key(Kind.MLDSA44_COSIGNATURE)]
    made = Desk(emptied(servers, databases), tmp_path, keys)
    yield made
    made.leave()
