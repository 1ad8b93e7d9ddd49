"""Every safeguard of the ring, what is left without it, and the tests that must notice."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """The text of the safeguard stands once in the file, and something worse comes instead."""

    name: str
    path: str
    safeguard: str
    instead: str
    tests: tuple[str, ...]


LOG, RECORDER, SQL = "kernel/log.py", "kernel/recorder.py", "kernel/log.sql"
SERVICE, SERVE, FOLLOW, VIEW = (
    "kernel/service.py",
    "kernel/serve.py",
    "kernel/follow.py",
    "gateway/view.py",
)
OF_LOG, OF_SERVICE = ("tests/kernel/test_log.py",), ("tests/kernel/test_service.py",)
OF_SERVE, OF_FOLLOW = ("tests/kernel/test_serve.py",), ("tests/kernel/test_follow.py",)
OF_VIEW, OF_GATEWAY = ("tests/views/test_view.py",), ("tests/gateway/test_api.py",)
OF_DEATHS = ("tests/faults/test_failpoints.py",)
OF_REBUILDING = ("tests/faults/test_failpoints.py::test_whoever_rebuilds_a_view_dies",)
OF_DELIVERIES = ("tests/faults/test_hostile_deliveries.py",)
OF_REPLICAS = ("tests/faults/test_replicas.py",)
OF_BROKER, OF_METERS = ("tests/faults/test_the_broker.py",), ("tests/ops/test_meters.py",)
OUTBOX, SENDER = "gateway/post/outbox.py", "gateway/post/sender.py"
OF_FETCHING, OF_TURNS = ("tests/outside/test_fetching.py",), ("tests/outside/test_turns.py",)
OF_FORGOTTEN = ("tests/accounts/test_forgotten.py",)
GUESTS, OF_GUESTS = "gateway/guests.py", ("tests/accounts/test_guests.py",)
OF_OUTBOX, OF_SENDING = ("tests/post/test_outbox.py",), ("tests/post/test_sending.py",)
TREE, KEYS, VERIFY = "audit/tree.py", "audit/keys.py", "audit/verify.py"
OF_TREE, OF_KEYS = ("tests/audit/test_tree.py",), ("tests/audit/test_keys.py",)
EXTRAS, OF_EXTRAS = (
    "services/bookings/domain/extras.py",
    ("tests/bookings/test_changing_extras.py",),
)
CREDITS, OF_CREDITS = (
    "services/bookings/domain/credits.py",
    ("tests/bookings/test_credits_of_time.py",),
)
OF_VERIFY = ("tests/audit/test_verify.py",)
HISTORY, OF_HISTORY = "audit/history.py", ("tests/audit/test_app.py",)
OF_AUDIT_PAGES = ("tests/pages/test_audit.py",)
WITNESS, MEMORY = "audit/witness/rules.py", "audit/witness/memory.py"
DOOR, WITNESSING = "audit/witness/door.py", "audit/witnessing.py"
OF_WITNESS, OF_DOOR = ("tests/audit/test_witness.py",), ("tests/audit/test_witness_door.py",)
OF_WITNESSING = ("tests/audit/test_witnessing.py",)
POLICY, OF_POLICY = "audit/policy.py", ("tests/audit/test_policy.py",)
NOTARY, REMEMBERED, SOURCE = (f"audit/notary/{each}.py" for each in ("notary", "memory", "source"))
OF_NOTARY, OF_ATTACKS = ("tests/audit/test_notary.py",), ("tests/audit/test_attacks.py",)
STRETCH, WHOLE = "audit/check/stretch.py", "audit/check/whole.py"


def of_dying(test: str) -> tuple[str, ...]:
    return (f"tests/audit/test_notary_dies.py::{test}",)


MUTANTS = (
    # Written
    Mutant(
        "transaction id before position",
        SQL,
        "    PERFORM pg_current_xact_id();  -- be known as running before taking any position\n",
        "",
        OF_LOG,
    ),
    Mutant(
        "version check: what is changed",
        SQL,
        "    PRIMARY KEY (originator_id, originator_version)\n",
        "    id bigserial PRIMARY KEY\n",
        OF_LOG,
    ),
    Mutant(
        "version check: what is decided on",
        SQL,
        "v <> coalesce((",
        "v < coalesce((",
        OF_LOG,
    ),
    Mutant(
        "version check: what there was not",
        SQL,
        "            ), 0)\n        );",
        "            ), v)\n        );",
        OF_LOG,
    ),
    Mutant(
        "a command is answered once",
        SQL,
        "    command text PRIMARY KEY,",
        "    command text,",
        OF_LOG,
    ),
    Mutant(
        "places move by compare-and-set",
        SQL,
        "        WHERE places.place = place_was;",
        ";",
        OF_LOG,
    ),
    Mutant(
        "append-only: trigger",
        SQL,
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON events",
        "BEFORE TRUNCATE ON events",
        OF_LOG,
    ),
    Mutant(
        "append-only: rights",
        SQL,
        "GRANT SELECT ON events TO {audit};",
        "GRANT ALL ON events, commands TO {audit};",
        OF_LOG,
    ),
    Mutant(
        "what cannot be read again is not written",
        "kernel/wire.py",
        "        stored.event()  # what cannot be read again must not be written: no log could be"
        " followed\n",
        "",
        OF_LOG,
    ),
    # Read
    Mutant(
        "watermark: who may still write before us",
        RECORDER,
        "while self._oldest_running() <= begun:",
        "while False:",
        OF_LOG,
    ),
    Mutant(
        "watermark: nothing beyond the mark",
        RECORDER,
        "return self._read(after, mark, limit)",
        "return self._read(after, None, limit)",
        OF_LOG,
    ),
    Mutant(
        "the prefix without a hole",
        RECORDER,
        "enumerate(found, after + 1) if each[0] == n]",
        "enumerate(found, after + 1)]",
        OF_LOG,
    ),
    # Remembered
    Mutant(
        "a thing is lent to one decision at a time",
        "kernel/cache.py",
        "thing = self.things.pop(about, None)",
        "thing = self.things.get(about)",
        OF_LOG,
    ),
    Mutant(
        "what clashed is not remembered",
        LOG,
        "            for about in known:\n                self.cache.take(about)\n",
        "",
        OF_LOG,
    ),
    Mutant(
        "what was changed and not saved is not remembered",
        LOG,
        "            if thing and not thing.pending_events:",
        "            if thing:",
        OF_LOG,
    ),
    Mutant(
        "a refusal rests on what is so now",
        SERVICE,
        "            self.log.save()  # raises Conflict",
        "            # nothing",
        OF_SERVICE,
    ),
    Mutant(
        "a preview rests on what is so now",
        SERVICE,
        '"position": self.log.save()}',
        '"position": None}',
        OF_SERVICE,
    ),
    # Answered
    Mutant(
        "the same answer to the same command",
        SERVICE,
        "                if answered := self._answered(words, command):\n"
        "                    return answered\n"
        "                raise\n",
        "                raise\n",
        OF_SERVICE,
    ),
    Mutant(
        "a key is good for one body",
        SERVICE,
        "if first.fingerprint != _fingerprint(words, first.fingerprint[:8]):",
        "if False:",
        OF_SERVICE,
    ),
    Mutant(
        "the receipt in the same transaction",
        SERVICE,
        '"position": self.log.save(*changed, receipt=receipt)}',
        '"position": (self.log.save(*changed), self.log.save(receipt=receipt))[0]}',
        OF_DEATHS,
    ),
    Mutant(
        "who decides again waits for his turn",
        SERVICE,
        "        with self.turn:\n            for _ in range(ATTEMPTS):\n",
        "        if True:\n            for _ in range(1):\n",
        OF_SERVICE,
    ),
    Mutant(
        "every command has a name",
        "gateway/words.py",
        'return f"once {uuid4()}"',
        'return ""',
        OF_GATEWAY,
    ),
    Mutant(
        "acknowledged to the broker when answered",
        SERVE,
        "        asked, about = message.properties",
        "        message.ack()\n        message.ack = lambda: None\n"
        "        asked, about = message.properties",
        OF_REPLICAS + OF_DEATHS,
    ),
    Mutant(
        "who listens does not publish on the same line: service",
        SERVE,
        "with self.line(heartbeat=20) as asked, self.line() as told:",
        "with self.line(heartbeat=20) as asked, asked as told:",
        OF_BROKER,
    ),
    Mutant(
        "what is half done is finished before leaving",
        SERVE,
        "        workers.waitall()\n",
        "",
        OF_SERVE,
    ),
    Mutant(
        "requests go with the last who serves",
        SERVE,
        "durable=False, auto_delete=True)",
        "durable=True)",
        OF_SERVE,
    ),
    Mutant(
        "who asks nobody is told so",
        "kernel/ask.py",
        '"mandatory": True, ',
        "",
        OF_SERVE,
    ),
    Mutant(
        "a lock, or a line that says nothing, is not waited for",
        SERVE,
        "LONGEST = 1.4",
        "LONGEST = 60",
        ("tests/faults/test_the_line.py::test_a_line_that_falls_silent_holds_up_nobody",),
    ),
    # Followed
    Mutant(
        "drop of known positions",
        FOLLOW,
        "if news := [fact for fact in facts if fact.position > self.place]:",
        "if news := facts:",
        OF_FOLLOW,
    ),
    Mutant(
        "only the next position",
        FOLLOW,
        "following = list(takewhile(self.early.__contains__, count(self.place + 1)))",
        "following = sorted(self.early)",
        OF_FOLLOW,
    ),
    Mutant(
        "what was not heard is asked for",
        FOLLOW,
        "return self.has_more or self.place < self.heard",
        "return False",
        OF_FOLLOW,
    ),
    Mutant(
        "who is far behind lets others have their turn",
        FOLLOW,
        "while turns and (missed := self.ask(self.source, self.place)):",
        "while missed := self.ask(self.source, self.place):",
        OF_FOLLOW,
    ),
    Mutant(
        "asked again every five seconds",
        FOLLOW,
        "or now >= beat_at]",
        "]",
        OF_DELIVERIES,
    ),
    Mutant(
        "what nobody knows of is forgotten",
        FOLLOW,
        "path.heard = path.place  # what nobody knows of was never there",
        "pass",
        OF_METERS,
    ),
    Mutant(
        "who listens does not publish on the same line: follower",
        FOLLOW,
        "Asker(open_.enter_context(Connection(broker(), connect_timeout=2)))",
        "Asker(connection)",
        OF_BROKER,
    ),
    Mutant(
        "a queue that hears nothing is made again",
        FOLLOW,
        "if path.was_not_told:",
        "if False:",
        OF_DELIVERIES,
    ),
    Mutant(
        "a place that went back is gone back to",
        FOLLOW,
        "            if self.place < before:\n",
        "            if False:\n",
        OF_FOLLOW,
    ),
    Mutant(
        "a fact that cannot be taken in is not skipped",
        FOLLOW,
        "                self.turns.take(partial(self._save, [fact]))\n",
        "                with suppress(ValueError):\n"
        "                    self.turns.take(partial(self._save, [fact]))\n",
        OF_FOLLOW,
    ),
    Mutant(
        "the place in the same transaction: service",
        SERVICE,
        "self.log.save(*changed.values(), step=",
        "self.log.save(*changed.values()); self.log.save(step=",
        OF_DEATHS,
    ),
    Mutant(
        "the place in the same transaction: view",
        VIEW,
        "        with sql.transaction():\n            with sql.pipeline():\n",
        "        if True:\n            if True:\n",
        OF_VIEW,
    ),
    Mutant(
        "places of views move by compare-and-set",
        VIEW,
        "stopped = NULL WHERE source = %s AND place = %s",
        "stopped = NULL WHERE source = %s AND %s >= 0",
        OF_VIEW,
    ),
    Mutant(
        "one writer of a view at a time",
        VIEW,
        'sql.execute("SELECT public.take_turn(%s)", [self.schema])  # views.sql',
        "return",
        OF_REBUILDING,
    ),
    Mutant(
        "who has the turn and says no more loses it",
        "gateway/views.sql",
        "SET lock_timeout = '1s' AS",
        "AS",
        OF_REPLICAS,
    ),
    Mutant(
        "who has the turn and speaks keeps it",
        "gateway/views.sql",
        "PERFORM pg_stat_clear_snapshot();",
        "",
        OF_VIEW,
    ),
    Mutant(
        "one rebuild of a view at a time",
        VIEW,
        'fresh.sql.execute("SELECT pg_advisory_lock(18, hashtext(%s))", [next_])',
        "pass",
        OF_VIEW,
    ),
    Mutant(
        "old and new at the same places when they are swapped",
        VIEW,
        "                self._wait_for_turn(self.sql)\n"
        "                fresh._level_with(self, ask)\n",
        "                self._wait_for_turn(self.sql)\n",
        OF_REBUILDING,
    ),
    Mutant(
        "swapped in one transaction",
        VIEW,
        "            with self.sql.transaction():\n"
        "                self._wait_for_turn(self.sql)\n"
        "                fresh",
        "            if True:\n                fresh",
        OF_REBUILDING,
    ),
    Mutant(
        "the feed survives a power cut",
        "gateway/views/feed.py",
        "    durable = True",
        "    durable = False",
        ("tests/faults/test_a_power_cut.py",),
    ),
    # Letters
    Mutant(
        "nobody is written to about what is long ago",
        OUTBOX,
        "WHERE %(fresh)s AND NOT EXISTS",
        "WHERE NOT EXISTS",
        OF_OUTBOX,
    ),
    Mutant(
        "the same fact is the same letter",
        OUTBOX,
        'letter = uuid5(NETWORK, f"letter/{fact.type}/{fact.id}")',
        'letter = __import__("uuid").uuid4()',
        OF_OUTBOX,
    ),
    Mutant(
        "the letter about a series speaks of its bookings",
        OUTBOX,
        " AND NOT EXISTS (SELECT FROM told)",
        "",
        OF_OUTBOX,
    ),
    Mutant(
        "a letter waits for all the facts of its series",
        SENDER,
        "        AND NOT EXISTS (SELECT FROM post.expected e WHERE e.letter = l.letter)\n",
        "",
        OF_SENDING,
    ),
    Mutant(
        "a letter waits for the view that tells of it",
        SENDER,
        "        AND position <= (SELECT place FROM agenda.places WHERE source = 'bookings')\n",
        "",
        OF_SENDING,
    ),
    Mutant(
        "a reminder is sent once",
        SENDER,
        """letter = uuid5(NETWORK, f"reminder/{booking['booking']}/{start.isoformat()}")""",
        'letter = __import__("uuid").uuid4()',
        ("tests/post/test_reminders.py",),
    ),
    Mutant(
        "the link of a guest ends",
        GUESTS,
        """    SELECT id, email, details, wanted FROM accounts.asked
    WHERE %(hash)s = ANY(secret_hashes) AND ends_at > now()
""",
        """    SELECT id, email, details, wanted FROM accounts.asked
    WHERE %(hash)s = ANY(secret_hashes)
""",
        OF_GUESTS,
    ),
    Mutant(
        "what a guest typed goes once it is sent",
        GUESTS,
        "WITH asked AS (DELETE FROM accounts.asked WHERE id = %(asked)s RETURNING secret_hashes)",
        "WITH asked AS (SELECT secret_hashes FROM accounts.asked WHERE id = %(asked)s)",
        OF_GUESTS,
    ),
    Mutant(
        "an address that nobody proved says nothing",
        GUESTS,
        "            AND NOT EXISTS (SELECT FROM accounts.account a WHERE a.person = p.person)\n",
        "",
        OF_GUESTS,
    ),
    Mutant(
        "what no guest confirmed is deleted",
        SENDER,
        "        self.outbox.sql.execute(OVER)\n",
        "",
        OF_GUESTS,
    ),
    Mutant(
        "a guest asks the host, always",
        "gateway/asking.py",
        'words | {"on_request": True}',
        "words",
        ("tests/pages/test_guests.py",),
    ),
    Mutant(
        "nothing that anybody may have typed is in a letter",
        "gateway/post/contents.py",
        'who = {"given_name": None, "family_name": None}',
        'who = {"given_name": secret, "family_name": None}',
        OF_GUESTS,
    ),
    Mutant(
        "moving a request is no answer to it",
        "services/bookings/service/promises.py",
        "        basis = basis.asked_of_the_host() if booking.awaits_approval else basis\n",
        "",
        ("tests/bookings/test_terms_of_a_space.py",),
    ),
    Mutant(
        "nothing is told of school holidays that nobody has published",
        "vocabulary/school.py",
        "if first <= day <= last else None",
        "",
        ("tests/vocabulary/test_school.py",),
    ),
    Mutant(
        "a link for a new password ends",
        "gateway/forgotten.py",
        "    WHERE %(hash)s = ANY(secret_hashes) AND ends_at > now()\n",
        "    WHERE %(hash)s = ANY(secret_hashes)\n",
        OF_FORGOTTEN,
    ),
    Mutant(
        "as much is done for an address that nobody has",
        "gateway/forgotten.py",
        "    FROM asked\n",
        "    FROM asked"
        " WHERE EXISTS (SELECT FROM accounts.account WHERE lower(email) = lower(%(email)s))\n",
        OF_FORGOTTEN,
    ),
    Mutant(
        "a new password ends every session",
        "gateway/credentials.py",
        "    WITH sessions AS (DELETE FROM accounts.session WHERE account = %(account)s),\n",
        "    WITH\n",
        OF_FORGOTTEN,
    ),
    Mutant(
        "whoever was halfway with the old password stays there",
        "gateway/credentials.py",
        "    second_steps AS (DELETE FROM accounts.begun WHERE account = %(account)s),\n",
        "",
        OF_FORGOTTEN,
    ),
    Mutant(
        "a mail server proves who it is",
        "gateway/post/server.py",
        "smtp.starttls(context=ssl.create_default_context())",
        "smtp.starttls()",
        ("tests/post/test_server.py",),
    ),
    Mutant(
        "the words of a mail server go no further",
        "gateway/post/server.py",
        'return f"{code} {enhanced[0]}" if enhanced else str(code)',
        'return f"{code} {text}"',
        OF_SENDING,
    ),
    # Outside calendars
    Mutant(
        "an outside calendar is read from the address that was checked",
        "gateway/outside/fetching.py",
        "url.copy_with(host=address)",
        "url",
        OF_FETCHING,
    ),
    Mutant(
        "every address of an outside calendar is a public one",
        "gateway/outside/addresses.py",
        "all(map(is_public, found))",
        "any(map(is_public, found))",
        OF_FETCHING,
    ),
    Mutant(
        "an outside calendar is read over https",
        "gateway/outside/addresses.py",
        'url.scheme != "https" and not',
        "False and not",
        OF_FETCHING,
    ),
    Mutant(
        "an outside calendar is read by one gateway at a time",
        "gateway/outside/calendars.py",
        "LIMIT 1 FOR UPDATE SKIP LOCKED",
        "LIMIT 1",
        OF_TURNS,
    ),
    Mutant(
        "what is removed waits until everybody sees what it blocks",
        "gateway/outside/turns.py",
        'if await self.calendars.shown() < turn["ordered_at"]:',
        "if False:",
        OF_TURNS,
    ),
    Mutant(
        "who understands a calendar has little time for it",
        "gateway/outside/busy.py",
        "    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))\n",
        "    __import__('time').sleep(60)\n",
        ("tests/outside/test_reading.py",),
    ),
    # Registered
    Mutant(
        "register: of a tree without leaves nothing is proved",
        TREE,
        "    if not 0 < old <= size:\n        raise Disproved(",
        "    if not 0 <= old <= size:\n        raise Disproved(",
        OF_TREE,
    ),
    Mutant(
        "register: a proof of inclusion has one length",
        TREE,
        "    if len(proof) != inner + (index >> inner).bit_count():\n",
        "    if False:\n",
        OF_TREE,
    ),
    Mutant(
        "register: what was, stays",
        TREE,
        "    if before != old_root:\n",
        "    if False:\n",
        OF_TREE,
    ),
    Mutant(
        "register: bytes are written in one way",
        "audit/note.py",
        "    if to_base64(value) != text:\n",
        "    if False:\n",
        ("tests/audit/test_note.py",),
    ),
    Mutant(
        "register: one wrong signature is enough",
        KEYS,
        'raise Untrusted(f"the signature of {self.name} is not of this text") from None',
        "pass",
        OF_KEYS,
    ),
    Mutant(
        "register: a key is a name and an id",
        KEYS,
        "if (key := keys.get((each.name, each.key_id)))",
        "if (key := {id: key for (_, id), key in keys.items()}.get(each.key_id))",
        OF_KEYS,
    ),
    Mutant(
        "register: a witness signs for one log",
        KEYS,
        "            _prefixed(checkpoint.origin),\n",
        '            _prefixed("log"),\n',
        OF_KEYS,
    ),
    Mutant(
        "register: a checkpoint is of one log",
        "audit/proof.py",
        "        if checkpoint.origin != origin:\n",
        "        if False:\n",
        ("tests/audit/test_proof.py",),
    ),
    Mutant(
        "register: as many witnesses sign as the policy asks for",
        POLICY,
        "            if len(reached.intersection(group.members)) >= group.least:\n",
        "            if reached.intersection(group.members):\n",
        OF_POLICY,
    ),
    Mutant(
        "register: a key counts once in a policy",
        POLICY,
        "        if key.public in self.publics:\n",
        "        if False:\n",
        OF_POLICY,
    ),
    Mutant(
        "register: a member counts once in a policy",
        POLICY,
        "            if each in self.grouped:\n",
        "            if False:\n",
        OF_POLICY,
    ),
    Mutant(
        "register: a log of the policy signs for itself",
        POLICY,
        "each.by in logs and each.by.name == origin",
        "each.by in logs",
        OF_POLICY,
    ),
    Mutant(
        "witness: the size that was seen",
        WITNESS,
        "    if asked.old != seen.size:\n",
        "    if False:\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: one root a size",
        WITNESS,
        "    if head.size == seen.size and head.root != seen.root:\n",
        "    if False:\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: a log only grew",
        WITNESS,
        "verify_consistency(seen.size, head.size, asked.proof, seen.root, head.root)",
        "pass",
        OF_WITNESS,
    ),
    Mutant(
        "witness: of no entries nothing is proved",
        WITNESS,
        "        elif asked.proof:\n",
        "        elif False:\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: what the log did not sign",
        WITNESS,
        "            signers(note, known)\n",
        "            pass\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: kept before anybody hears of it",
        WITNESS,
        "            self.memory.keep(head.origin, Note(note.text, (*by_log, *signed)))\n",
        "",
        OF_WITNESS,
    ),
    Mutant(
        "witness: on the disk before anybody hears of it",
        MEMORY,
        "            os.fsync(file.fileno())\n",
        "",
        OF_WITNESS,
    ),
    Mutant(
        "witness: under its name before anybody hears of it",
        MEMORY,
        "            os.fsync(folder)\n",
        "            pass\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: requests take turns",
        WITNESS,
        "        with self._turns[head.origin]:\n",
        "        if True:\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: a folder has one process",
        MEMORY,
        "            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "            pass\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: what is damaged is not forgotten",
        MEMORY,
        '            raise Unusable(f"{path} is damaged: {wrong}") from None\n',
        "            return None\n",
        OF_WITNESS,
    ),
    Mutant(
        "witness: a visit ends",
        DOOR,
        "        if seconds <= 0 or self._left <= 0:\n            raise TimeoutError\n",
        "        seconds = 5.0\n",
        OF_DOOR,
    ),
    Mutant(
        "witness: so many visitors at a time",
        DOOR,
        "        self._places.acquire()\n        try:\n            super().process_request(",
        "        self._places = BoundedSemaphore(1)\n        self._places.acquire()\n"
        "        try:\n            super().process_request(",
        OF_DOOR,
    ),
    Mutant(
        "witnesses: a signature is of this checkpoint",
        WITNESSING,
        "                if key.verify(text, each):\n",
        "                if True:\n",
        OF_WITNESSING,
    ),
    Mutant(
        "witnesses: whoever is slow keeps nobody waiting",
        "audit/outside.py",
        "            asyncio.timeout(patience),\n",
        "            asyncio.timeout(None),\n",
        OF_WITNESSING,
    ),
    Mutant(
        "keys: one that is there is not overwritten",
        "audit/keyfile.py",
        "os.O_CREAT | os.O_EXCL",
        "os.O_CREAT",
        ("tests/audit/test_keyfile.py",),
    ),
    Mutant(
        "keys: nobody else may read them",
        "audit/keyfile.py",
        "        if os.fstat(file.fileno()).st_mode & STRANGERS:\n",
        "        if False:\n",
        ("tests/audit/test_keyfile.py",),
    ),
    Mutant(
        "time stamps: an answer to our question",
        "audit/timestamp.py",
        "        VerifierBuilder(roots=roots, nonce=nonce)",
        "        VerifierBuilder(roots=roots)",
        ("tests/audit/test_timestamp.py",),
    ),
    Mutant(
        "register: a name stands once in an entry",
        "audit/leaf.py",
        "object_pairs_hook=_unique, ",
        "",
        ("tests/audit/test_leaf.py",),
    ),
    Mutant(
        "register: the quick way writes what the long way writes",
        "audit/leaf.py",
        "type(each) is str and each.isascii()",
        "type(each) is str",
        ("tests/audit/test_leaf.py",),
    ),
    Mutant(
        "register: a tile is whole",
        "audit/tiles.py",
        "            if len(data) != 32 * width:\n",
        "            if False:\n",
        ("tests/audit/test_tiles.py",),
    ),
    Mutant(
        "verifier: signatures are written in one way",
        VERIFY,
        "    if s >= L:\n",
        "    if False:\n",
        OF_VERIFY,
    ),
    Mutant(
        "verifier: one wrong signature is enough",
        VERIFY,
        "            if not ed25519(known.public, signed.encode(), signature):\n",
        "            if False:\n",
        OF_VERIFY,
    ),
    Mutant(
        "verifier: every witness that is asked for signed",
        VERIFY,
        "    for each in (log, *witnesses):\n",
        "    for each in (log,):\n",
        OF_VERIFY,
    ),
    Mutant(
        "verifier: a checkpoint is of one log",
        VERIFY,
        "    if head.origin != log.name:\n",
        "    if False:\n",
        OF_VERIFY,
    ),
    Mutant(
        "verifier: the history was not rewritten",
        VERIFY,
        "    if roots_above(old, size, list(path), old_root) != (old_root, root):\n",
        "    if roots_above(old, size, list(path), old_root)[1] != root:\n",
        OF_VERIFY,
    ),
    Mutant(
        "verifier: as many sign as the policy asks for",
        VERIFY,
        "        if sum(each in reached for each in members) >= needed:\n",
        "        if any(each in reached for each in members):\n",
        OF_VERIFY,
    ),
    Mutant(
        "verifier: an entry is at its index",
        VERIFY,
        "    if root_above(leaf, index, size, list(path)) != root:\n",
        "    if False:\n",
        OF_VERIFY,
    ),
    # Told to auditors
    Mutant(
        "a badge: the register holds it to the byte",
        HISTORY,
        "    if held.entry != written:\n",
        "    if False:\n",
        OF_HISTORY,
    ),
    Mutant(
        "a badge: under the root that was signed",
        HISTORY,
        "            path = inclusion(self._tree.subtree, *where)\n",
        "            return Standing.REGISTERED\n",
        OF_HISTORY,
    ),
    Mutant(
        "a badge: signed by whom the policy knows",
        HISTORY,
        "        return Standing.REGISTERED if self.head.trusted else Standing.UNPROVED\n",
        "        return Standing.REGISTERED\n",
        OF_HISTORY,
    ),
    Mutant(
        "a badge: it came before the register passed",
        HISTORY,
        "        late = placed.position <= place\n",
        "        late = False\n",
        OF_HISTORY,
    ),
    Mutant(
        "a history: what the log has no more",
        HISTORY,
        "    return sorted([*told, *gone], ",
        "    return sorted(told, ",
        OF_HISTORY,
    ),
    Mutant(
        "no tile that no checkpoint covers",
        "audit/serving.py",
        "    return WIDTH * tile.index + tile.width <= size >> HEIGHT * (tile.level or 0)\n",
        "    return True\n",
        OF_HISTORY,
    ),
    Mutant(
        "where somebody worked is nobody's affair",
        "gateway/audit.py",
        '    if any(is_private(each["fact"]) for each in history["facts"]):\n',
        "    if False:\n",
        OF_AUDIT_PAGES,
    ),
    Mutant(
        "the facts of the register are not for everybody",
        "gateway/register.py",
        'TILE = re.compile(r"(\\d{1,2})/',
        'TILE = re.compile(r"(\\d{1,2}|entries)/',
        OF_AUDIT_PAGES,
    ),
    # Booked
    Mutant(
        "an extra is asked for within its notice",
        EXTRAS,
        "        if self.notice_hours and now > begins - timedelta(hours=self.notice_hours):\n",
        "        if False:\n",
        OF_EXTRAS,
    ),
    Mutant(
        "no more of an extra than there are",
        EXTRAS,
        "        if quantity > left:\n",
        "        if False:\n",
        OF_EXTRAS,
    ),
    Mutant(
        "extras are changed until the booking begins",
        "services/bookings/domain/booking.py",
        "        self._must_be_changeable(zone, 0, now)\n",
        "",
        OF_EXTRAS,
    ),
    Mutant(
        "a pack of hours pays for what it is spent on",
        "services/bookings/service/counting.py",
        "(each for each in found if each.kind == kind)",
        "found",
        OF_CREDITS,
    ),
    Mutant(
        "no more is taken of a credit than is left",
        CREDITS,
        "            amount = min(owed, self.left[each.id])\n",
        "            amount = owed\n",
        OF_CREDITS,
    ),
    Mutant(
        "whoever has left an organisation uses its packs no more",
        "services/bookings/domain/known_person.py",
        "        self.organisations.remove(organisation_id)\n",
        "        pass\n",
        OF_CREDITS,
    ),
    Mutant(
        "a reduction is for whom it is meant",
        "services/bookings/domain/reductions.py",
        "    fit = [each for each in reductions if each.customer in kinds]\n",
        "    fit = list(reductions)\n",
        ("tests/bookings/test_reductions.py",),
    ),
    Mutant(
        "guests pay the list price, whoever brings them",
        "services/bookings/service/promises.py",
        "        price, own = space.price(*about, people), space.price(*about)\n",
        "        price = own = space.price(*about, people)\n",
        ("tests/bookings/test_reductions.py",),
    ),
    # The notary
    Mutant(
        "notary: what is signed grows from what was signed",
        NOTARY,
        "                tree.verify_consistency(last.size, size, proof, last.root, head.root)\n",
        "                pass\n",
        OF_NOTARY,
    ),
    Mutant(
        "notary: it notes what it is about to sign",
        NOTARY,
        "        self.memory.keep(head)\n",
        "",
        OF_NOTARY,
    ),
    Mutant(
        "notary: an older database is not signed",
        NOTARY,
        "        if last and size < last.size:\n",
        "        if False:\n",
        of_dying("test_an_older_backup_of_the_register_is_not_signed"),
    ),
    Mutant(
        "notary: without a memory nothing is signed",
        NOTARY,
        "        if kept and not last:\n",
        "        if False:\n",
        of_dying("test_a_lost_memory_is_given_back_from_a_checkpoint"),
    ),
    Mutant(
        "notary: with an older memory nothing is signed",
        NOTARY,
        "        if kept and last and kept.size > last.size:\n",
        "        if False:\n",
        of_dying("test_an_older_memory_is_noticed"),
    ),
    Mutant(
        "notary: one of two works, by the database",
        NOTARY,
        "        if not register.hold():\n",
        "        if False:\n",
        of_dying("test_another_memory_does_not_make_another_notary"),
    ),
    Mutant(
        "notary: one of two works, by the memory",
        REMEMBERED,
        "            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "            pass\n",
        of_dying("test_only_what_it_signed_itself_is_given_back_and_nothing_older_than_it_knows"),
    ),
    Mutant(
        "notary: a memory is written whole",
        REMEMBERED,
        "            os.fsync(file.fileno())\n",
        "",
        OF_NOTARY,
    ),
    Mutant(
        "notary: a log that changed is noticed",
        SOURCE,
        "        if self.registered and self._at(self.place) != self.registered.entry:\n",
        "        if False:\n",
        OF_NOTARY,
    ),
    Mutant(
        "notary: no fact is skipped",
        SOURCE,
        '                return f"what the log holds at position {position} can be',
        '                continue\n                return f"',
        OF_NOTARY,
    ),
    # Logs and register compared
    Mutant(
        "check: the entries are those that were signed",
        WHOLE,
        "                if edge.root_with(more) != head.root:\n",
        "                if False:\n",
        OF_ATTACKS,
    ),
    Mutant(
        "check: nothing was cut off of the register",
        WHOLE,
        "if each > size}:\n",
        "if False}:\n",
        OF_ATTACKS,
    ),
    Mutant(
        "check: nothing was inserted before or between stretches",
        WHOLE,
        "        elif first > last + 1:\n",
        "        elif False:\n",
        OF_ATTACKS,
    ),
    Mutant(
        "check: nothing was inserted",
        STRETCH,
        "            yield inserted(source, *row)\n            row = next(held, None)\n        if",
        "            row = next(held, None)\n        if",
        OF_ATTACKS,
    ),
    Mutant(
        "check: every byte is compared",
        STRETCH,
        "    if made == kept.entry:\n",
        "    if len(made) == len(kept.entry):\n",
        OF_ATTACKS,
    ),
    Mutant(
        "check: stored hashes are believed by nobody",
        STRETCH,
        "                elif a != b:\n",
        "                elif False:\n",
        OF_ATTACKS,
    ),
    Mutant(
        "check: every signature is checked",
        STRETCH,
        "                self.policy.signed(note)\n",
        "                pass\n",
        OF_ATTACKS,
    ),
)
