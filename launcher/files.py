"""Files that survive a kill: written aside and renamed, stamped last, locked."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from . import paths
from .console import Failure, say

MB = 1024 * 1024


def write(path, text):
    """Write a file so that it is either the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def digest(*parts):
    """Return a short fingerprint of texts and of files' contents (given as paths)."""
    result = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        result.update(b"%d:" % len(data) + data)
    return result.hexdigest()[:20]


def sha256(path):
    result = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(MB):
            result.update(block)
    return result.hexdigest()


def tree_files(top):
    """Return the source files under ``top``, in a stable order."""
    return sorted(
        path
        for path in top.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and ".pytest_cache" not in path.parts
    )


def is_done(stamp, key):
    """Tell whether the work named ``stamp`` was finished for exactly this ``key``."""
    path = paths.STAMPS / stamp
    return path.is_file() and path.read_text(encoding="utf-8") == key


def mark_done(stamp, key):
    """Write the stamp: always the last act of the work it stands for."""
    write(paths.STAMPS / stamp, key)


@contextlib.contextmanager
def fresh_directory(target):
    """Give an empty directory that takes the place of ``target`` when all went well."""
    # a name of its own: what a killed launcher started may still be writing
    aside = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    for leftover in (target, *target.parent.glob(f"{target.name}.*.tmp")):
        shutil.rmtree(leftover, ignore_errors=True)
    aside.mkdir(parents=True)
    yield aside
    aside.rename(target)


@contextlib.contextmanager
def locked(path, busy=""):
    """Hold a lock that the kernel frees even when this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(busy or f"Waiting for another cocare ({path.name}) …")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def free_megabytes(path):
    """Return the free space of the file system that ``path`` is or will be on."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free // MB


def require_space(path, megabytes, what):
    """Stop before a disk fills up, with what is missing."""
    free = free_megabytes(path)
    if free < megabytes:
        raise Failure(
            f"Not enough disk space for {what}: {megabytes} MB are needed under "
            f"{path}, {free} MB are free.\n"
            "Free some space and run the same command again; it goes on from here."
        )
