"""Whoever runs the machine invites somebody. What is printed can be used at once."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillBusy
from uuid import uuid4

import pytest


@pytest.mark.long
def test_nothing_is_printed_before_the_gateway_knows_of_the_role(network):
    network.stop("views")
    with ThreadPoolExecutor() as aside:
        invited = aside.submit(network.invite, "coordinator")
        try:
            with pytest.raises(StillBusy):
                invited.result(timeout=4)
        finally:
            network.start("views")
        coordinator = network.client(invited.result(timeout=30)["token"])
    body = {"code": f"guest-{uuid4().hex}", "name": "Guest", "country": "BE", "kind": "company"}
    assert coordinator.post("/v1/organisations", body).status_code == 201
