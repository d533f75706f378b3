"""The browser that the tours run in: Chromium, from the distribution."""

import os
import shutil

from . import debian, process
from .console import Failure, Step, say

# in the order Odoo looks for them
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)


def prepare():
    """Have a browser where that may be; otherwise say which tests are skipped."""
    if find():
        return
    if os.geteuid() != 0 or not debian.available():
        say(
            "No Chromium here, and only root can install it: browser tours are "
            "skipped.\nTo run them: "
            "sudo apt-get install --no-install-recommends chromium"
        )
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        with Step("Chromium from the distribution") as step:
            process.run(["apt-get", "update"], "apt-chromium-update", step, env=env)
            process.run(
                ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
                "apt-chromium",
                step,
                env=env,
            )
    except Failure as failure:
        say(f"{failure}\nWithout Chromium, browser tours are skipped.")
