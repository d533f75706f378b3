"""Run other programs: output to a log, progress to the step, causes in clear words."""

import os
import re
import shutil
import subprocess
import sys
from collections import deque

from . import paths
from .console import Failure

NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|"
    r"Could not resolve|Failed to establish a new connection|Network is unreachable|"
    r"Connection refused|Connection timed out|Could not connect to|ENOTFOUND|EAI_AGAIN|"
    r"Unable to connect to|NewConnectionError|Temporary failure resolving"
)
DISK = re.compile(r"No space left on device|ENOSPC|Disk quota exceeded")


def explain(output):
    """Return the likely cause of a failure, read in a program's output, or nothing.

    >>> explain("tar: x: Cannot write: No space left on device")
    'The disk is full.'
    """
    if DISK.search(output):
        return "The disk is full."
    if NETWORK.search(output):
        return "The network, or the mirror this machine is set to use, does not answer."
    return ""


def with_launcher(command):
    """Make a program end with the launcher, even one that is killed outright."""
    command = [str(part) for part in command]
    if shutil.which("setpriv"):
        return ["setpriv", "--pdeathsig", "TERM", *command]
    return command


def output(command, env=None, cwd=None):
    """Return what a quick program prints; its errors go to the user as they are."""
    result = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd or paths.ROOT,
    )
    if result.returncode:
        raise Failure(f"{command[0]} failed:\n{result.stderr.strip()}")
    return result.stdout.strip()


def run(command, log, step=None, progress=None, env=None, cwd=None):
    """Run a long program with its output in ``log``; return the path of that log.

    ``progress(line)`` may return the text to show for a line of output.
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    path = paths.LOGS / f"{log}.log"
    tail = deque(maxlen=15)
    with path.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            with_launcher(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=env,
            cwd=cwd or paths.ROOT,
        )
        try:
            for line in process.stdout:
                stream.write(line)
                tail.append(line.rstrip())
                shown = progress(line) if progress else None
                if step and shown:
                    step.progress = shown
        finally:
            # interrupted: nothing is left to work behind the next command's back
            process.stdout.close()
            if process.poll() is None and sys.exc_info()[0]:
                process.terminate()
            process.wait()
    if process.returncode:
        cause = explain(path.read_text(encoding="utf-8"))
        name = os.path.basename(str(command[0]))
        raise Failure(
            "\n".join([*tail, "", f"{name} failed. {cause}".strip()])
            + f"\nThe whole output is in {path}."
            + "\nRun the same command again to go on from here."
        )
    return path
