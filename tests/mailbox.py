"""What a letter of the outbox leads to, without a mail server between."""

from contextlib import closing
from datetime import UTC, datetime

from psycopg.rows import dict_row

from gateway.post.contents import content
from gateway.post.outbox import Outbox

BEGUN = """
    SELECT l.* FROM post.letters l JOIN accounts.joining j ON j.id = (l.about ->> 0)::uuid
    WHERE l.kind = 'joining' AND lower(j.email) = lower(%s) ORDER BY l.made DESC LIMIT 1
"""


def link_to_join(network, email):
    """The path in the letter to whoever asked to join with this address; a new one each time."""
    with closing(Outbox(network.databases["GATEWAY_DB"])) as outbox:
        rows = outbox.sql.cursor(row_factory=dict_row)
        letter = rows.execute(BEGUN, [email]).fetchone()
        return content(outbox.sql, letter, datetime.now(UTC)).words["path"]
