"""At most 1,080 lines of Python that do something, and 410 in ops (decision 0008): blank lines,
comments and docstrings are free.
"""

import ast
import io
import tokenize
from pathlib import Path

LIMIT, OF_OPS = 1080, 410
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def lines_of_code(path):
    text = path.read_text()
    said = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    done = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in SILENT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(done - said)


def test_the_kernel_is_small():
    sizes = {path.name: lines_of_code(path) for path in Path("kernel").glob("*.py")}
    assert sum(sizes.values()) <= LIMIT, sizes


def test_what_operators_need_is_small_too():
    assert sum(map(lines_of_code, Path("kernel/ops").glob("*.py"))) <= OF_OPS
