import pytest

from audit.keys import Kind
from tests.audit.desk import Desk, emptied, key
from tests.audit.office import Office


@pytest.fixture
def office(postgres, fresh_databases, soon, tmp_path):
    made = Office(postgres, fresh_databases(), soon, tmp_path)
    yield made
    made.leave()


@pytest.fixture
def desk(postgres, databases, tmp_path):
    keys = [key(), key(Kind.MLDSA44_COSIGNATURE)]
    made = Desk(emptied(postgres, databases), tmp_path, keys)
    yield made
    made.leave()
