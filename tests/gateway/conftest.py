import pytest

from tests.gateway.fakes import Audit, Credentials, Outside, Partner, Services, Views


@pytest.fixture
def services():
    return Services()


@pytest.fixture
def views():
    return Views()


@pytest.fixture
def credentials():
    return Credentials()


@pytest.fixture
def partner(services, views, credentials):
    behind = {"services": services, "views": views, "credentials": credentials}
    audit = Audit(views)
    found = Partner({**behind, "outside": Outside(views), "audit": audit, "notary": audit})
    yield found
    found.close()
