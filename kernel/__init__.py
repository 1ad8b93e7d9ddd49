"""Everything that is not business.

A service needs four of these modules: `domain.py` speaks kernel.facts and kernel.calendar,
`messages.py` speaks kernel.wire, `service.py` speaks kernel.service. This file stays empty of
imports: eventlet must be able to patch before eventsourcing is loaded (see kernel/serve.py).
"""
