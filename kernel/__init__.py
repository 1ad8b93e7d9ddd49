"""Everything that is not business.

A service needs three of these modules: `domain` speaks kernel.facts, `messages.py`
kernel.wire, `service.py` kernel.service. This file stays empty of
imports: eventlet must be able to patch before eventsourcing is loaded (see kernel/serve.py).
"""
