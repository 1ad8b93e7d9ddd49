"""What of a page leads on: links and forms, as a browser without JavaScript understands them."""

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

TYPED = ("input", "select", "textarea")


@dataclass
class Field:
    name: str
    kind: str
    attributes: dict
    value: str = ""
    options: list = field(default_factory=list)
    within: dict = field(default_factory=dict)
    """The fieldset that it stands in."""

    says_itself = is_chosen = False
    """Whether the last option has no value but its text, and whether it is the one chosen."""

    @property
    def required(self):
        return "required" in self.attributes

    def say(self, text):
        self.options[-1] += text
        if self.is_chosen:
            self.value = self.options[-1]


@dataclass
class Form:
    method: str
    action: str
    is_shown: bool = True
    """Or else a script shows it, and does without us."""
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)

    @property
    def is_sent(self):
        """Whether it leads to us, and is no specimen."""
        return self.is_shown and not self.action.startswith("#")

    def hidden(self):
        return {each.name: each.value for each in self.fields if each.kind == "hidden"}

    def visible(self):
        """name -> field; of radio buttons the first one, with all that can be chosen."""
        found = {}
        for each in self.fields:
            if each.kind == "hidden" or not each.name:
                continue
            first = found.setdefault(each.name, each)
            if each.kind == "radio":
                first.options += [each.value] if each.value not in first.options else []
                if "checked" in each.attributes:
                    first.value = each.value
        return found


class Page(HTMLParser):
    """`ids`: what stands where; `alert`: what is said of the whole; and the `language` of all."""

    def __init__(self, html):
        super().__init__()
        self.links, self.forms, self.ids, self.language = [], [], {}, ""
        self.open, self.fieldsets, self.alert = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        a = {name: value or "" for name, value in attributes}
        if "id" in a:
            self.ids[a["id"]] = ""
        if tag not in ("input", "meta", "link", "br", "img", "hr"):
            self.open.append((tag, a.get("id"), a.get("role")))
        match tag:
            case "html":
                self.language = a.get("lang", "")
            case "a" if "href" in a:
                self.links.append(a["href"])
            case "form":
                method, action = a.get("method", "get").lower(), a.get("action", "")
                self.forms.append(Form(method, action, "hidden" not in a))
            case "fieldset":
                self.fieldsets.append(a)
            case "button" if self._form():
                self._form().buttons.append((a.get("name", ""), a.get("value", "")))
            case "option" if self._form():
                select = self._form().fields[-1]
                select.options.append(a.get("value", ""))
                select.says_itself = "value" not in a
                select.is_chosen = "selected" in a or len(select.options) == 1
                select.value = select.options[-1] if select.is_chosen else select.value
            case _ if tag in TYPED and self._form():
                kind = a.get("type", "text") if tag == "input" else tag
                within = self.fieldsets[-1] if self.fieldsets else {}
                made = Field(a.get("name", ""), kind, a, a.get("value", ""), within=within)
                self._form().fields.append(made)

    def handle_endtag(self, tag):
        if tag == "fieldset":
            self.fieldsets.pop()
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, id, role in self.open:
            if role == "alert":
                self.alert += data
            if id:
                self.ids[id] += data
            if tag == "textarea" and self._form():
                self._form().fields[-1].value += data
            if tag == "option" and self._form() and self._form().fields[-1].says_itself:
                self._form().fields[-1].say(data)

    def _form(self):
        return self.forms[-1] if any(tag == "form" for tag, *_ in self.open) else None


page = lru_cache(2_000)(Page)
"""The same page for the same text: several tests look at each."""
