"""The house rules as functions over source text: each gives a sentence per breach, and none for a clean source."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

ARROW = ("conf", "lakehouse", "pipelines", "jobs")
HEAVY = frozenset({"torch", "ray", "transformers", "pyspark", "mlflow", "deepspeed", "peft"})
VAGUE = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers"})
LONGEST_FUNCTION, LONG_FUNCTION, LONGEST_FILE = 60, 35, 250

WRITING_CALLS = frozenset({"saveAsTable", "insertInto", "writeTo", "merge"})
WRITING_SQL = re.compile(
    r"\b(MERGE INTO|INSERT (INTO|OVERWRITE)|DELETE FROM|UPDATE \S+ SET|TRUNCATE TABLE|(ALTER|DROP|RESTORE) TABLE"
    r"|(OPTIMIZE|VACUUM) *$|(OPTIMIZE|VACUUM) [`'\w])"
)
WEB_ADDRESS = re.compile(r"\bhttps?://")
REGISTRY = re.compile(
    r"(pypi|pythonhosted|npmjs|crates|golang|spark-packages)\.(org|io|com)\b|repo\d*\.maven|deb\.debian"
)
MACHINE_PATH = re.compile(r"(?<![\w.$}*~-])/(work/(main|shared)|root/)")


def climbs(package: str, source: str) -> list[str]:
    """Imports of a package that stands to the right of this one in the arrow."""
    above = ARROW[ARROW.index(package) + 1 :]
    return [f"line {line} imports {name}" for line, name in _imports(ast.parse(source)) if _top(name) in above]


def imports_of(names: frozenset[str], source: str) -> list[str]:
    """Imports of certain packages anywhere, inside functions too; only for a type checker's eyes is fine."""
    return [f"line {line} imports {name}" for line, name in _imports(ast.parse(source)) if _top(name) in names]


def imports_on_load_of(names: frozenset[str], source: str) -> list[str]:
    """Imports of certain packages that happen when the module is imported."""
    found = _imports(ast.parse(source), into_functions=False)
    return [f"line {line} imports {name} on load" for line, name in found if _top(name) in names]


def undeclared(declared: frozenset[str], source: str) -> list[str]:
    """Imports of packages that are neither Python's own nor ours nor among those that setup.py asks for."""
    known = declared | sys.stdlib_module_names | set(ARROW)
    return [f"line {line} imports {name}" for line, name in _imports(ast.parse(source)) if _top(name) not in known]


def function_lengths(source: str) -> dict[str, int]:
    """Lines of each function, from its `def` to its end."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return {f"{node.name} (line {node.lineno})": (node.end_lineno or node.lineno) - node.lineno + 1 for node in nodes}


def too_long(source: str) -> list[str]:
    """A file or a function that is no room any more."""
    lines = len(source.splitlines())
    file = [f"has {lines} lines, more than {LONGEST_FILE}"] if lines > LONGEST_FILE else []
    lengths = function_lengths(source).items()
    return file + [f"{name} has {n} lines, more than {LONGEST_FUNCTION}" for name, n in lengths if n > LONGEST_FUNCTION]


def says_nothing(source: str) -> list[str]:
    """A file whose first line does not say what it is for."""
    told = source.startswith('"""') and (ast.get_docstring(ast.parse(source)) or "").strip()
    return [] if told else ["does not begin with a docstring that says what the file is for"]


def vague_names(path: str, source: str) -> list[str]:
    """Files, classes and functions named after nothing in particular."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return [f"{name} is no name" for name in [*path.removesuffix(".py").split("/"), *names] if _words(name) & VAGUE]


def table_writes(source: str) -> list[str]:
    """Calls and SQL that change a table."""
    tree = ast.parse(source)
    return [*_writing_calls(tree), *_writing_sql(tree)]


def registry_hosts(text: str) -> list[str]:
    """Hosts of package registries: which one answers is the business of who installs."""
    return [f"names a registry's host: {match[0]}" for match in REGISTRY.finditer(text)]


def machine_paths(text: str) -> list[str]:
    """Folders of one person's machine."""
    return [f"names a path of one machine: {match[0]}" for match in MACHINE_PATH.finditer(text)]


def web_addresses(text: str) -> list[str]:
    """Any address, for the files that install things: those go by package names alone."""
    lines = enumerate(text.splitlines(), 1)
    return [f"line {number} holds a web address" for number, line in lines if WEB_ADDRESS.search(line)]


def _imports(node: ast.AST, into_functions: bool = True) -> Iterator[tuple[int, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((child.lineno, alias.name) for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.level == 0 and child.module:
            yield child.lineno, child.module
        elif not _is_for_type_checkers(child) and (into_functions or not isinstance(child, ast.FunctionDef)):
            yield from _imports(child, into_functions)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _writing_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name in WRITING_CALLS or name.startswith(("whenMatched", "whenNotMatched")):
                yield f"line {node.lineno} calls {name}"
            elif name == "format" and "delta" in _texts(node.args) and ".write" in ast.unparse(node.func):
                yield f"line {node.lineno} writes the format delta"
        elif "write_deltalake" in (getattr(node, "id", None), getattr(node, "name", None), getattr(node, "attr", None)):
            yield f"line {getattr(node, 'lineno', 0)} uses write_deltalake"


def _writing_sql(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in _docstrings(tree):
            for match in WRITING_SQL.finditer(node.value):
                yield f"line {node.lineno} holds {match[0]}"


def _docstrings(tree: ast.AST) -> set[int]:
    """Strings that stand alone: they are read by people only."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _texts(nodes: list[ast.expr]) -> list[object]:
    return [node.value for node in nodes if isinstance(node, ast.Constant)]


def _top(module: str) -> str:
    return module.split(".", 1)[0]


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}
