"""What every service can do, whatever its business. Plain Python: no server needed to test it."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from inspect import getmembers_static
from threading import Lock
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

import msgspec
from eventsourcing.utils import get_topic
from marshmallow import ValidationError

from kernel.announce import Announcer
from kernel.facts import Aggregate, Refused, acting
from kernel.log import Log, Unknown
from kernel.ops.trace import span, traceparent
from kernel.recorder import Away, Conflict, Receipt, Step
from kernel.where import broker, database
from kernel.wire import Fact, Message, data

__all__ = ["Fact", "Service", "Unknown", "follows", "handles", "tells"]

Answer = dict[str, Any]
Words = dict[str, Any]
Changed = Aggregate | tuple[Aggregate, ...] | None
T = TypeVar("T")
M = TypeVar("M", bound=Callable[..., Any])

ATTEMPTS, PATIENCE = 10, 1.2
utc_now = partial(datetime.now, UTC)


class TooLong(Exception):
    """Whoever works is broken off, wherever they wait."""


def handles(message: type[Message]) -> Callable[[M], M]:
    """The method decides on a message. It returns what changed, the thing asked for first."""

    def mark(method: M) -> M:
        assert method.__name__ == message.verb(), f"{message.verb()} should handle {message}"
        vars(method)["handles"] = message
        return method

    return mark


def follows(source: str) -> Callable[[M], M]:
    """The method takes in each fact of another service: once, in order. It returns what changed."""

    def mark(method: M) -> M:
        vars(method)["follows"] = source
        return method

    return mark


def tells(method: M) -> M:
    """The method answers a question, by RPC. Only for what may not stand in any fact."""
    vars(method)["tells"] = method.__name__
    return method


class Service:
    name: ClassVar[str]
    handled: ClassVar[dict[str, type[Message]]]
    followed: ClassVar[dict[str, str]]
    told: ClassVar[dict[str, str]]
    looks_first: ClassVar[bool] = False
    """Whether a command is looked up before it is decided, because deciding leaves traces outside
    of the log. Otherwise it is looked up when it clashes."""

    def __init_subclass__(cls) -> None:
        def marked(mark: str) -> dict[str, Any]:
            marks = {name: getattr(each, "__dict__", {}) for name, each in getmembers_static(cls)}
            return {name: found[mark] for name, found in marks.items() if mark in found}

        cls.handled, cls.followed, cls.told = map(marked, ("handles", "follows", "tells"))

    def __init__(self, log: Log, now: Callable[[], datetime] = utc_now) -> None:
        self.log = log
        self.now = now
        self.turns = Turns()
        self.readers = {verb: message() for verb, message in self.handled.items()}

    @classmethod
    @contextmanager
    def at_work(cls) -> Iterator[Self]:
        with (
            closing(Announcer(cls.name, broker())) as announcer,
            closing(Log(cls.name, database(cls.name), announcer.announce)) as log,
        ):
            yield cls(log)

    # Messages

    def answer(
        self,
        verb: str,
        words: Words,
        by: str = "system",
        command: str | None = None,
        after: dict[str, int] | None = None,
        preview: bool = False,
    ) -> Answer:
        """A refusal is an answer too, not an error. A command sent twice is answered once.

        `after` says what the asker has already seen of our neighbours: we catch up first.
        `preview`: decide, and tell what would be done, but do nothing.
        """
        acting.set(by)
        try:
            given = self.readers[verb].load(words)
            if not self._reached(after or {}):
                return {"behind": "We are still learning what happened elsewhere."}
            return self.turns.take(partial(self._decide, verb, words, given, command, preview))
        except ValidationError as mistake:
            return {"invalid": mistake.messages}
        except Refused as refusal:
            kind = type(refusal).__name__
            return {"refused": kind, "reason": str(refusal), "values": refusal.values}
        except Unknown:
            return {"unknown": words}
        except Conflict:
            return {"away": "Too many people want the same thing at once."}
        except Away:
            return {"away": "Our records cannot be reached right now."}

    def _decide(
        self, verb: str, words: Words, given: Words, command: str | None, preview: bool
    ) -> Answer:
        if self.looks_first and (answered := self._answered(words, command)):
            return answered
        with self.log.one_decision():
            try:
                changed = self._decided(getattr(self, verb), given)
                done, receipt = _done(changed, words, command)
                if preview:  # saves nothing; raises Conflict: it was told what is so no more
                    return {"done": done, "position": self.log.save()}
                return {"done": done, "position": self.log.save(*changed, receipt=receipt)}
            except (Refused, Unknown, Conflict, Away):
                # The same command, a moment earlier, may be what made it impossible; or it was
                # this one, and the line to the database broke after COMMIT.
                if answered := self._answered(words, command):
                    return answered
                raise

    def _decided(self, decide: Callable[..., Changed], given: Words) -> tuple[Aggregate, ...]:
        try:
            return _each(decide(**given))
        except (Refused, Unknown):
            self.log.save()  # raises Conflict: no reason to refuse what was so a moment ago
            raise

    def _answered(self, words: Words, command: str | None) -> Answer | None:
        """What we said the first time, if this command has been answered before."""
        first = self.log.recorder.answer_to(command) if command else None
        if first is None:
            return None
        if first.fingerprint != _fingerprint(words, first.fingerprint[:8]):
            return {"reused": command}
        return {"done": first.answer, "position": first.position}

    def _reached(self, after: dict[str, int]) -> bool:
        deadline = time.monotonic() + PATIENCE
        wanted = {source: place for source, place in after.items() if source in self.sources()}
        with suppress(TooLong):  # then it is this that took too long, and not our records
            while time.monotonic() < deadline:
                if all(self.place_in(source) >= place for source, place in wanted.items()):
                    return True
                time.sleep(0.005)
        return False

    def health(self) -> Answer:
        """How far we are, and how far we have followed our neighbours."""
        log, places = self.log.recorder, {each: self.place_in(each) for each in self.sources()}
        far = {"service": self.name, "position": log.last(), "places": places}
        return {**far, "stopped": log.stopped()}

    # Facts

    def sources(self) -> set[str]:
        return set(self.followed.values())

    def place_in(self, source: str) -> int:
        return self.log.recorder.place_in(source)

    def take_in(self, source: str, place: int, facts: list[Fact]) -> None:
        """What happened elsewhere changes us: all effects and our new place, or nothing."""
        reactions = [name for name, followed in self.followed.items() if followed == source]
        changed: dict[UUID, Aggregate] = {}
        with self.log.one_decision() as decision:
            for fact in facts:
                acting.set(fact.by)
                traceparent.set(fact.traceparent or "")
                with span(f"{self.name} takes in {fact.type}"):
                    for name in reactions:
                        for each in _each(getattr(self, name)(fact)):
                            decision[each.id] = changed[each.id] = each
            self.log.save(*changed.values(), step=Step(source, place, facts[-1].position))

    def stop(self, source: str, place: int, stopped: str) -> None:
        self.log.recorder.stop(source, place, stopped)


class Turns:
    """When two write at once, the slower one decides again on what the faster one did.

    Whoever comes meanwhile waits for him, so that nobody is the slower one for ever.
    """

    def __init__(self) -> None:
        self.turn = Lock()

    def take(self, work: Callable[[], T]) -> T:
        if not self.turn.locked():
            with suppress(Conflict):
                return work()
        with self.turn:
            for _ in range(ATTEMPTS):
                with suppress(Conflict):
                    return work()
            return work()


def _done(
    changed: tuple[Aggregate, ...], words: Words, command: str | None
) -> tuple[dict[str, Any], Receipt | None]:
    """What we answer, and what we keep of it."""
    facts = [
        {"type": get_topic(type(event)), "subject": str(each.id), "data": data(event)}
        for each in changed
        for event in each.pending_events
    ]
    done = {"id": str(changed[0].id), "facts": facts}
    if not command:
        return done, None
    kept = msgspec.json.encode(done).decode()
    return done, Receipt(command, _fingerprint(words, secrets.token_hex(4)), kept)


def _each(changed: Changed) -> tuple[Aggregate, ...]:
    if changed is None:
        return ()
    return changed if isinstance(changed, tuple) else (changed,)


def _fingerprint(words: Words, salt: str) -> str:
    """Tells another body from the same one, and is too short and salted to tell what was in it."""
    text = msgspec.json.encode(words, order="deterministic")
    return salt + blake2b(text, digest_size=4, key=bytes.fromhex(salt)).hexdigest()
