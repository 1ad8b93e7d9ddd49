import pytest

from tests.gateway.fakes import Credentials, Partner, Services, Views


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
    found = Partner({"services": services, "views": views, "credentials": credentials})
    yield found
    found.close()
