"""Serve the demonstration network, in the foreground."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import addons, databases, environment, files, paths, postgres, process
from .console import Failure, Step, say

HOST = "127.0.0.1"
PORT = 8069
START_SECONDS = 180


def run(port=PORT, fresh=False, extra=()):
    """Prepare what is missing, serve, and say where and for whom."""
    require_port(port)
    environment.prepare(environment.RUN)
    with postgres.running():
        with files.locked(paths.RUNTIME / "prepare.lock"):
            databases.prepare_main(fresh=fresh)
        require_port(port)
        serve(port, extra)


def serve(port, extra=()):
    log = paths.LOGS / "server.log"
    command = [
        *environment.script("odoo"),
        *("-c", paths.CONF, "-d", databases.MAIN, "--db-filter", f"^{databases.MAIN}$"),
        *("--http-interface", HOST, "--http-port", port, "--logfile", log),
        *extra,
    ]
    server = subprocess.Popen(
        process.with_launcher(command),
        cwd=paths.ROOT,
        env=databases.odoo_environment(databases.MAIN),
        start_new_session=True,  # Ctrl-C is for the launcher, which ends it gently
    )
    try:
        with Step("Odoo server"):
            _wait_until_healthy(server, port, log)
        _welcome(port, log)
        server.wait()
    except KeyboardInterrupt:
        say("\nStopping …")
    finally:
        _stop(server)
    if server.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
        raise Failure(f"The server ended on its own; see {log}.")


def require_port(port):
    """Stop with a clear message when somebody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            owner = listener(port)
            raise Failure(
                f"Port {port} cannot be used: {error.strerror}"
                + (f" (process {owner})" if owner else "")
                + ".\nStop what listens there, or choose another port: "
                f"./cocare run --port {port + 1}"
            ) from error


def listener(port):
    """Return "pid name" of the process that listens on a port, if it can be known."""
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                listening = fields[3] == "0A"
                if listening and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for entry in Path("/proc").glob("[0-9]*"):
        # a process may end, or be somebody else's, while it is looked at
        with contextlib.suppress(OSError):
            if any(os.readlink(fd) in inodes for fd in (entry / "fd").iterdir()):
                return f"{entry.name} {(entry / 'comm').read_text().strip()}"
    return ""


def answers(port, path="/web/health"):
    """Tell whether Odoo answers on this machine, past any proxy settings."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{HOST}:{port}{path}", timeout=60) as response:
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False


def _wait_until_healthy(server, port, log):
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        if server.poll() is not None:
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            raise Failure("\n".join([*lines[-15:], "", f"No start; see {log}."]))
        if time.monotonic() > deadline:
            raise Failure(f"No answer after {START_SECONDS} s; see {log}.")
        time.sleep(0.2)
    # the first page loads the registry
    answers(port, "/web/login")


def _welcome(port, log):
    say(f"\nCo-CARE is ready: http://{HOST}:{port}\n")
    logins = addons.demo_logins()
    for person in logins:
        say(
            f"  {person['role']:<24} {person['login']:<32} {person['password']:<12} "
            f"{person.get('sees') or ''}"
        )
    if not logins:
        say("  administrator: admin / admin")
    say(f"\nLog: {log}\nCtrl-C stops the server and its database.")


def _stop(server):
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
