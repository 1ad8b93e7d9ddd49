"""The contract partners can read: OpenAPI 3.1, made from the messages."""

import re

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from gateway import positions
from gateway.errands import Errand
from gateway.permissions import PERMISSIONS, is_public
from gateway.questions import Page, Question
from gateway.schemas import Part, Schemas, mended
from kernel.wire import Message

ABOUT = """\
The back office of a network of coworking spaces on both sides of a border.

- Send `Authorization: Bearer essaim_...`; browsers may use the cookie of a session instead.
- An order may carry an `Idempotency-Key`: sent again with the same key it is done once, and
  answered as the first time. With another body the key is refused (422).
- An order answers with a `Position`. Send the latest one back with what you ask next, and you see
  what you did; 412 says that the answer would be older, and to try again in a moment.
- Whatever goes wrong is told as `application/problem+json` (RFC 9457). A refusal (409) has the
  name of the rule in `type` and says why in `title`; 422 names each field under `errors`. Quote
  `trace` when you ask for help. A `traceparent` (W3C) that you send is carried on to each effect.
- Long lists come in pages: ask again with `after` set to `next`, until there is none.
- Days are those of the calendar, times of day those on the wall of the space, money is in cents.
"""
PREVIEW = """\
Decided now and by the same rules, the price too, but nothing happens: the facts are those that the
order would record, and a refusal is the one it would meet."""
WHY = {
    "400": "Not understood: the body is not JSON, or a header makes no sense",
    "401": "Sign in, or send a token",
    "403": "You may not do this",
    "404": "Nothing is known about this",
    "405": "This method means nothing here",
    "409": "Refused by a rule, named in `type`",
    "412": "Not as far as your `Position` yet: try again in a moment",
    "413": "A body may have 256 KiB",
    "415": "A body is application/json",
    "422": "Some words make no sense, or the Idempotency-Key came with another body",
    "429": "Too many failures: wait",
    "500": "Something broke, and was written down",
    "503": "This part of the network cannot be reached right now: try again",
    "504": "No answer in time: ask again with the same Idempotency-Key",
}
HEADERS = {
    "401": ("WWW-Authenticate", "How to say who you are"),
    "405": ("Allow", "What may be asked here"),
    **dict.fromkeys(("412", "429", "503", "504"), ("Retry-After", "Seconds to wait")),
}
ALWAYS = ["400", "401", "404", "405", "422", "500", "503"]
ORDERED = ["403", "409", "413", "415"]

TEXT = {"type": "string"}
JSON, PROBLEM_JSON = "application/json", "application/problem+json"
COMPONENTS: dict[str, Part] = {
    "Problem": {
        "type": "object",
        "description": "What went wrong, in the words of RFC 9457.",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {**TEXT, "format": "uri-reference", "description": "For a program"},
            "title": {**TEXT, "description": "For a person"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {**TEXT, "description": "More for a person"},
            "errors": {"type": "object", "description": "What is wrong with each field"},
            "values": {"type": "object", "description": "What the reason of a refusal speaks of"},
            "trace": {**TEXT, "description": "To quote when you ask for help"},
        },
    },
    "Fact": {
        "type": "object",
        "required": ["type", "subject", "data"],
        "properties": {
            "type": {**TEXT, "examples": ["bookings.BookingMade"]},
            "subject": {**TEXT, "format": "uuid"},
            "data": {"type": "object"},
        },
    },
    "Preview": {
        "type": "object",
        "description": "What would happen.",
        "required": ["facts"],
        "properties": {"facts": {"type": "array", "items": {"$ref": "#/components/schemas/Fact"}}},
    },
    "Done": {
        "type": "object",
        "description": "To what something was done, and what happened.",
        "required": ["id", "facts"],
        "properties": {
            "id": {**TEXT, "format": "uuid"},
            "facts": {"type": "array", "items": {"$ref": "#/components/schemas/Fact"}},
        },
    },
}
SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of your own."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "essaim_session",
        "description": "Set by signing in. Orders must come from the same site, or carry the"
        " `csrf_token` of the session in the header `X-CSRF-Token`.",
    },
}
PARAMETERS: dict[str, Part] = {
    "Idempotency-Key": {
        "description": "Sent again, the order is not done again. A UUID will do.",
        "schema": {**TEXT, "pattern": "^[!-~]{1,255}$", "minLength": 1, "maxLength": 255},
    },
    "Position": {
        "description": "What you have seen already, as the latest order answered.",
        "schema": {**TEXT, "pattern": positions.PATTERN, "examples": ["bookings=17, members=4"]},
    },
    "If-None-Match": {"description": "The ETag of the answer you have.", "schema": TEXT},
}


def describe(
    commands: list[type[Message]], questions: list[type[Question]], errands: list[type[Errand]]
) -> Part:
    return _Contract().made(commands, questions, errands)


class _Contract:
    def __init__(self) -> None:
        plugin = MarshmallowPlugin()
        about = {"info": {"description": ABOUT}, "servers": [{"url": "/"}]}
        self.spec = APISpec("Essaim", "1", "3.1.0", plugins=[plugin], **about)
        assert plugin.converter
        self.schemas = Schemas(plugin.converter)
        for name, schema in COMPONENTS.items():
            self.spec.components.schema(name, component=schema)
        for name, scheme in SECURITY.items():
            self.spec.components.security_scheme(name, scheme)
        for name, parameter in PARAMETERS.items():
            self.spec.components.parameter(name, "header", parameter)
        for status in WHY:
            self.spec.components.response(status, _problem(status))

    def made(
        self,
        commands: list[type[Message]],
        questions: list[type[Question]],
        errands: list[type[Errand]],
    ) -> Part:
        for command in commands:
            headers, more = ["Idempotency-Key", "Position"], [*ORDERED, "412", "504"]
            done = {"$ref": "#/components/schemas/Done"}
            self.add(command, self.order(command), _answer(done, "Position"), headers, more)
            if command.has_preview:
                would = {"$ref": "#/components/schemas/Preview"}
                asked = self.order(command)
                self.add(command, asked, _answer(would), ["Position"], more, "preview")
        for question in questions:
            headers, more = ["Position", "If-None-Match"], ["403", "412"]
            found = _answer(_page() if question.key else {"type": "object"}, "ETag")
            self.add(question, self.query(question), found, headers, more)
        for errand in errands:
            joins = errand.verb() in ("sign_up", "finish_joining")
            answer = _answer(self.schemas.of(errand.answer), *(["Position"] if joins else []))
            more = [] if errand.route.startswith("GET") else [*ORDERED, "429", "504"]
            headers = ["Position"] if joins else []
            asks = errand.route.startswith("GET")
            asked = self.query(errand) if asks else self.order(errand)
            self.add(errand, asked, answer, headers, [*more, "403", "412"])
        contract = self.spec.to_dict()
        for schema in contract["components"]["schemas"].values():
            mended(schema)
        tags = dict.fromkeys(_tag(each) for each in (*commands, *questions, *errands))
        return {**contract, "tags": [{"name": tag} for tag in tags]}

    def add(
        self,
        message: type[Message],
        asked: Part,
        answer: Part,
        headers: list[str],
        more: list[str],
        below: str = "",
    ) -> None:
        """One operation: what is asked, the answer, and everything that may be said instead."""
        method, path = message.route.split()
        verb, public = message.verb(), is_public(message.verb())
        about = _paragraphs(message.__doc__ or "")
        roles = "everybody" if public else ", ".join(PERMISSIONS.get(verb, {}))
        in_path = self.schemas.parameters(message, "path", _names(path))
        problems: Part = {status: status for status in sorted({*ALWAYS, *more})}
        if "If-None-Match" in headers:
            problems = {"304": {"description": "You have this answer already"}, **problems}
        operation = {
            "operationId": f"{below}_{verb}" if below else verb,
            "tags": [_tag(message)],
            "summary": ("What would happen: " if below else "") + re.split(r"[.:?]", about)[0],
            "description": f"{PREVIEW if below else about}\n\nFor: {roles}.",
            "security": [] if public else [{name: []} for name in SECURITY],
            **asked,
            "parameters": [*in_path, *asked.get("parameters", []), *headers],
            "responses": {"201" if method == "POST" and not below else "200": answer, **problems},
        }
        path = f"{path}/{below}" if below else path
        self.spec.path(f"/v1{path}", operations={method.lower(): operation})

    def order(self, message: type[Message]) -> Part:
        body = self.schemas.of(message, exclude=_names(message.route))
        if not body["properties"]:
            return {}
        content = {JSON: {"schema": body}}
        return {"requestBody": {"required": bool(body.get("required")), "content": content}}

    def query(self, question: type[Question] | type[Errand]) -> Part:
        in_path = _names(question.route)
        names = [name for name in question().fields if name not in in_path]
        parameters = self.schemas.parameters(question, "query", names)
        if issubclass(question, Question) and question.key:
            parameters += self.schemas.parameters(Page, "query", list(Page().fields))
        return {"parameters": parameters}


def _answer(schema: Part, *headers: str) -> Part:
    about = {"ETag": "Send it back as If-None-Match", "Position": "How far all is that you know of"}
    told = {name: {"description": about[name], "schema": TEXT} for name in headers}
    return {
        "description": "Done" if "Position" in headers else "The answer",
        "content": {JSON: {"schema": schema}},
        **({"headers": told} if told else {}),
    }


def _problem(status: str) -> Part:
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problem: Part = {"description": WHY[status], "content": content}
    if status in HEADERS:
        name, about = HEADERS[status]
        problem["headers"] = {name: {"description": about, "schema": TEXT}}
    return problem


def _page() -> Part:
    after = "`after` of the next page; null when there is none"
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": {"type": "object"}},
            "next": {"type": ["string", "null"], "description": after},
        },
    }


def _tag(message: type[Message]) -> str:
    """The service; of a question, the one whose facts answer it."""
    if issubclass(message, Errand):
        return message.tag
    if issubclass(message, Question):
        follows, *others = message.view.follows
        return message.view.name if others else follows
    return message.service()


def _names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text)).strip()
