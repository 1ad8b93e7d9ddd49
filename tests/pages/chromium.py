"""A real browser without a screen and without JavaScript, led over its DevTools protocol."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from contextlib import contextmanager

from websockets.sync.client import connect

FOUND = shutil.which("chromium")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0")
PATIENCE = 30


@contextmanager
def chromium(profile, accept_language):
    """A window of a browser that keeps what it remembers below `profile`."""
    told = [f"--user-data-dir={profile}", f"--accept-lang={accept_language}", "about:blank"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([FOUND, *FLAGS, *told], start_new_session=True, **quiet)
    try:
        address = until(lambda: window_of(profile / "DevToolsActivePort"))
        with connect(address, max_size=None) as line:
            yield Window(line)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Window:
    def __init__(self, line):
        self.line, self.numbers, self.loads = line, itertools.count(), 0
        self.do("Page.enable")
        self.do("Emulation.setScriptExecutionDisabled", value=True)

    def do(self, method, **words):
        """Ask for something, and wait for the answer."""
        number = next(self.numbers)
        self.line.send(json.dumps({"id": number, "method": method, "params": words}))
        while (told := self.heard()).get("id") != number:
            pass
        return told["result"]

    def heard(self):
        told = json.loads(self.line.recv(timeout=PATIENCE))
        self.loads += told.get("method") == "Page.loadEventFired"
        return told

    def loaded(self):
        """Wait for the next page, also when it came while something else was waited for."""
        while not self.loads:
            self.heard()
        self.loads = 0

    def go(self, address):
        self.do("Page.navigate", url=address)
        self.loaded()

    def see(self, expression):
        """What is on the page now, as an expression of the DOM."""
        return self.do("Runtime.evaluate", expression=expression)["result"].get("value")

    def click(self, selector):
        """With the mouse, on what leads to another page."""
        box = f"document.querySelector('{selector}')"
        self.see(f"{box}.scrollIntoView()")
        at = {side: self.see(f"{box}.getBoundingClientRect().{side}") + 4 for side in ("x", "y")}
        for kind in ("mousePressed", "mouseReleased"):
            self.do("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)
        self.loaded()

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            words = {"key": key, "windowsVirtualKeyCode": code, "text": text}
            self.do("Input.dispatchKeyEvent", type=kind, **words)


def window_of(port_file):
    """Where the first window listens, once the browser has written down its port, whole."""
    if not port_file.exists() or len(lines := port_file.read_text().splitlines()) < 2:
        return None
    with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json") as told:
        windows = [each for each in json.load(told) if each["type"] == "page"]
    return windows[0]["webSocketDebuggerUrl"] if windows else None


def until(there):
    """What comes of it once there is something."""
    end = time.monotonic() + PATIENCE
    while not (found := there()):
        assert time.monotonic() < end, "the browser did not start"
        time.sleep(0.05)
    return found
