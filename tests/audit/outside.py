"""What others computed; `vectors/README.md` says who."""

import json
from base64 import b64decode
from pathlib import Path

FOLDER = Path(__file__).with_name("vectors")


def text(name):
    return (FOLDER / name).read_text()


def cases(name):
    return json.loads(text(name))


def hashes(texts):
    return [b64decode(each) for each in texts or ()]
