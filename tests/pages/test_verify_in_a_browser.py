"""The page /verify says of every bundle what verify.py says, and sends it nowhere."""

import json
from base64 import b64encode
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from audit import verify
from audit.leaf import canonical
from deploy.local.packages import BROWSER, chromium
from gateway.audit import audit
from gateway.register import Register
from tests.audit.bundles import (
    LOG,
    NAMUR,
    QUANTUM,
    REIMS,
    InMemory,
    Logs,
    bundle,
    detail,
    signed,
    thing,
)
from tests.audit.test_export import ASKED
from tests.audit.test_verify_a_bundle import (
    ENTRIES,
    FACTS,
    GOOD,
    LAST,
    MEMORY,
    altered,
    claiming,
    deflated,
    directory,
    files,
    repacked,
    replaced,
    swapped,
    twice,
    without,
    zipped,
)
from tests.gateway.fakes import Services, Views
from tests.pages.lively import WATCH, served

POLICY = f"log {LOG.verifier}\nwitness namur {NAMUR.verifier}\nquorum namur\n"
BOTH = f"log {LOG.verifier}\nwitness n {NAMUR.verifier}\nwitness r {REIMS.verifier}\n"
BOTH += "group both all n r\nquorum both\n"
IN_SCRIPT = """async ([data, policy]) => {
    const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
    try { return ["holds", (await verdict(new File([bytes], "b.zip"), policy)).join("\\n")]; }
    catch (reason) {
        if (!(reason instanceof Refused)) throw reason;
        return ["refused", reason.message];
    }
}"""


@pytest.fixture(scope="module")
def address():
    @asynccontextmanager
    async def life(_):
        async with audit() as nobody:  # without AUDIT: the page does without a policy of ours
            yield {"services": Services(), "views": Views(), "register": Register(nobody)}

    with served(life) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def window(address):
    if not (found := chromium()):
        pytest.skip(f"needs Debian's Chromium: sudo apt-get install {' '.join(BROWSER)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        page = browser.new_context(base_url=address, locale="en").new_page()
        page.add_init_script(WATCH)
        page.goto("/verify")
        yield page
        browser.close()


@pytest.fixture
def in_browser(window):
    return lambda data, policy: window.evaluate(IN_SCRIPT, [b64encode(data).decode(), policy])


def in_python(folder, data, policy):
    (folder / "bundle.zip").write_bytes(data)
    (folder / "policy").write_text(policy)
    words = (folder / "bundle.zip", None, None, None, [], folder / "policy")
    try:
        return ["holds", verify.verdict(*words).rstrip("\n")]
    except verify.Refused as reason:
        return ["refused", str(reason)]


def formulas():
    logs = Logs()
    for who in ("=1", "+1", "-1", "@1", "é\u2028\U0001f600"):
        logs.record("spaces.SpaceOpened", thing(who), by=who, lat=1e-7, lon=1e21, far=-4.5e-9)
    return bundle(InMemory(logs.entries))


GOOD_ONES = {
    **{name: lambda asked=asked: bundle(MEMORY, asked) for name, asked in ASKED.items()},
    "with details": lambda: GOOD,
    "formulas and numbers": formulas,
}


def claims_with(**more):
    claims = json.loads(files(GOOD)["bundle.json"])
    return altered(("bundle.json", lambda _: canonical({**claims, **more})))


def told(**more):
    return altered(("disclosed.jsonl", lambda _: canonical({**detail(), **more}) + b"\n"))


def forged():
    others = [each._replace(entry=each.entry.replace(b"1250", b"1")) for each in ENTRIES]
    return zipped({**files(bundle(InMemory(others))), "checkpoint": bytes(MEMORY.note)})


def flipped(name, bit):
    def flip(data):
        found = bytearray(data)
        found[bit // 8] ^= 1 << bit % 8
        return bytes(found)

    return altered((name, flip))


BAD_ONES = {
    "a byte of a fact": lambda: altered(replaced("facts.jsonl", b"1250", b"1251")),
    "a line left out": lambda: altered(("facts.jsonl", without(7))),
    "the last line left out": lambda: altered(("facts.jsonl", without(41))),
    "a line twice": lambda: altered(("facts.jsonl", twice(7))),
    "a line added": lambda: altered(("facts.jsonl", twice(41))),
    "lines swapped": lambda: altered(("facts.jsonl", swapped(7))),
    "cut off": lambda: altered(("facts.jsonl", lambda data: data[:-1])),
    "a space": lambda: altered(replaced("facts.jsonl", b'"kind":"desk"', b'"kind": "desk"')),
    "not UTF-8": lambda: altered(replaced("facts.jsonl", "à".encode(), b"\xe0")),
    "a leaf": lambda: flipped("leaves", 8 * 32 * 8),
    "leaves too short": lambda: altered(("leaves", lambda data: data[:-32])),
    "another history": forged,
    "another checkpoint": lambda: altered(replaced("checkpoint", b"\n41\n", b"\n40\n")),
    "too many signatures": lambda: altered(
        ("checkpoint", lambda data: data + f"\u2014 x {'A' * 96}\n".encode() * 100)
    ),
    "no note": lambda: altered(("checkpoint", lambda _: b"x")),
    "a control character": lambda: altered(("checkpoint", lambda data: b"\t" + data)),
    "no proof": lambda: altered(replaced("proof.txt", b"@v1", b"@v2")),
    "a range too far": lambda: altered(replaced("proof.txt", b"entries 0 40", b"entries 0 41")),
    "another range": lambda: altered(replaced("proof.txt", b"entries 0 40", b"entries 1 40")),
    "a hash too many": lambda: altered(("proof.txt", lambda data: data + b"A" * 43 + b"=\n")),
    "no base64": lambda: altered(("proof.txt", lambda data: data + b"A\n")),
    "not everything": lambda: claiming("everything", [], asked=ASKED["a service"]),
    "not about it": lambda: claiming("services", ["bookings"]),
    "about nothing": lambda: claiming("subjects", []),
    "a version missing": lambda: claiming("subjects", [str(thing("lise"))], ENTRIES[2:]),
    "a figure": lambda: altered(replaced("bundle.json", b'"cents":45000', b'"cents":45001')),
    "a figure more": lambda: altered(replaced("bundle.json", b'"made":8', b'"made":8,"more":null')),
    "a name twice": lambda: altered(replaced("bundle.json", b'"made":8', b'"made":8,"made":8')),
    "a size": lambda: claims_with(size=42),
    "an origin": lambda: claims_with(origin="x"),
    "a form": lambda: claims_with(form="essaim/bundle@v2"),
    "no period": lambda: claims_with(period={"from": "x", "until": None, "facts": 41}),
    "a value": lambda: told(value="Lise"),
    "a field": lambda: told(field="phone"),
    "the field of an object": lambda: told(field="toString"),
    "a fact": lambda: told(fact="x/1"),
    "another person": lambda: told(subject="x"),
    "no detail": lambda: told(more=1),
    "the table": lambda: altered(replaced("facts.csv", b"1250", b"9250")),
    "the table's head": lambda: altered(replaced("facts.csv", b"\xef\xbb\xbf", b"")),
    "the table goes on": lambda: altered(("facts.csv", lambda data: data + b"x\n")),
    "nothing": lambda: b"",
    "half": lambda: GOOD[: len(GOOD) // 2],
    "more": lambda: GOOD + b"x",
    "a link": lambda: directory(LAST, 38, 0o120777 << 16, "<I")(GOOD),
    "encrypted": lambda: directory(LAST, 8, 1)(GOOD),
    "a way out": lambda: GOOD.replace(b"leaves", b"../lea"),
    "as long as can be": lambda: directory("facts.jsonl", 20, 2**32 - 1, "<I")(GOOD),
    "another length": lambda: repacked("facts.jsonl", deflated(FACTS), size=len(FACTS) - 1),
    "another sum": lambda: repacked("facts.jsonl", deflated(FACTS), crc=1),
    "a long line": lambda: altered(("facts.jsonl", lambda _: b"x" * 70_000)),
    "a bomb": lambda: altered(("facts.jsonl", lambda _: b"x" * 20_000_000)),
}
WORDED_OTHERWISE = {
    "not UTF-8": "line 3 of facts.jsonl, entry 2 of the register",
}
"""What stands before the browser's own words."""


@pytest.mark.parametrize("make", GOOD_ONES.values(), ids=GOOD_ONES)
def test_what_holds_holds_in_the_same_words(in_browser, make, tmp_path):
    data = make()
    found = in_browser(data, POLICY)
    assert found[0] == "holds"
    assert found == in_python(tmp_path, data, POLICY)


@pytest.mark.parametrize("name", BAD_ONES)
def test_what_does_not_hold_is_told_in_the_same_words(in_browser, name, tmp_path):
    data = BAD_ONES[name]()
    expected, found = in_python(tmp_path, data, POLICY), in_browser(data, POLICY)
    assert expected[0] == found[0] == "refused"
    if name in WORDED_OTHERWISE:
        assert WORDED_OTHERWISE[name] in expected[1] and WORDED_OTHERWISE[name] in found[1]
    else:
        assert found == expected


def test_bytes_that_cannot_be_unpacked_are_refused(in_browser):
    for packed in (b"\xff" * 9, b"", deflated(FACTS)[:-1], deflated(FACTS) + b"more"):
        assert in_browser(repacked("facts.jsonl", packed), POLICY)[0] == "refused"


POLICIES = {
    "both": BOTH,
    "another log": POLICY.replace(str(LOG.verifier), str(NAMUR.verifier)),
    "a letter": POLICY.replace("log essaim", "log fssaim"),
    "no key": "log essaim\nquorum none\n",
    "nobody": f"log {LOG.verifier}\nquorum none\n",
    "beyond us": f"log {LOG.verifier}\n# a comment\n\n \tlog {QUANTUM.verifier}\nquorum none\n",
    "no quorum": f"log {LOG.verifier}\n",
    "two": f"{POLICY}quorum none\n",
    "too many": POLICY.replace("quorum namur", "group g 2 namur\nquorum g"),
    "unknown": POLICY.replace("quorum namur", "quorum reims"),
    "twice": f"log {LOG.verifier}\nlog {LOG.verifier}\nquorum none\n",
    "taken": POLICY.replace("witness namur", "witness none"),
    "none": "\n",
    "words": "yes\n",
}


@pytest.mark.parametrize("name", POLICIES)
def test_policies_are_judged_alike(in_browser, name, tmp_path):
    for note in (bytes(MEMORY.note), bytes(signed(MEMORY.note.text))):
        data = zipped({**files(GOOD), "checkpoint": note})
        assert in_browser(data, POLICIES[name]) == in_python(tmp_path, data, POLICIES[name])


# As people meet it


def chosen(window, tmp_path, data):
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    window.fill("#policy", POLICY)
    window.set_input_files("#file", path)
    window.click("form[data-drop] button")
    window.wait_for_selector("[data-answer].done, [data-answer].trouble")
    return window.inner_text("[data-answer]")


def test_it_works_without_network_and_asks_for_nothing(window, tmp_path):
    window.goto("/verify")
    window.wait_for_load_state("networkidle")
    asked = []
    window.on("request", lambda request: asked.append(request.url))
    window.context.set_offline(True)
    try:
        said = chosen(window, tmp_path, GOOD)
        assert said.startswith("It holds.") and "every entry from 0 to 40" in said
        said = chosen(window, tmp_path, BAD_ONES["a byte of a fact"]())
        assert said.startswith("It does not hold.") and "line 6 of facts.jsonl" in said
        assert asked == []
        assert window.evaluate("window.complaints") == []
    finally:
        window.context.set_offline(False)


def test_without_scripts_it_says_how_to_check(window, address):
    page = window.context.browser.new_context(
        base_url=address, java_script_enabled=False
    ).new_page()
    page.goto("/verify")
    assert page.is_hidden("form[data-drop]") and page.is_visible("[data-unable]")
    assert "python3 verify.py bundle.zip" in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_it_speaks_the_language_of_the_page(window, address, language, tmp_path):
    page = window.context.browser.new_context(base_url=address, locale=language).new_page()
    page.goto("/verify")
    said = chosen(page, tmp_path, GOOD)
    assert "It holds" not in said and "registered" not in said and "41" in said
    page.context.close()


def test_the_verifier_is_there_to_the_byte(window):
    answer = window.request.get("/verify.py")
    assert answer.body() == Path(verify.__file__).read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="verify.py"'
