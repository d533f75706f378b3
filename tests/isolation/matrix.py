"""How a probe is made. It leaks only when something forbidden comes back."""

import logging
from contextlib import closing, contextmanager

from psycopg2 import Error as DatabaseError

from odoo.exceptions import MissingError, UserError
from odoo.tools import mute_logger

from . import probes
from .common import IsolationCommon

REFUSED = (UserError, MissingError, DatabaseError, ValueError, KeyError, TypeError)


class Ear(logging.Handler):
    """Keep what the server's log says."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.heard = []

    def emit(self, record):
        self.heard.append(record.getMessage())

    @contextmanager
    def on(self, *names):
        """Listen to loggers while the block runs."""
        loggers = [logging.getLogger(name) for name in names]
        for logger in loggers:
            logger.addHandler(self)
        try:
            yield self
        finally:
            for logger in loggers:
                logger.removeHandler(self)


class Matrix(IsolationCommon):
    """Viewers, rows, and what each viewer can try on each row."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forbidden_words = {viewer: cls.canaries(viewer) for viewer in cls.viewers}

    def setUp(self):
        super().setUp()
        self.tried = 0

    @contextmanager
    def undone(self):
        """What happens inside never happened."""
        with closing(self.env.cr.savepoint()) as savepoint:
            try:
                yield
            finally:
                # and what was read meanwhile is forgotten
                savepoint.rollback()

    def attempt(self, viewer, call):
        """Run a call and undo it; return what it brought, None when it was refused.

        A refusal, or a line of the log, with a word that the viewer must not know is
        brought instead: an error message is an answer too.
        """
        ear, found = Ear(), None
        self.tried += 1
        self.refusal = None
        # PostgreSQL's own errors are logged with the query that the caller sent
        with ear.on(""), mute_logger("odoo.sql_db"), self.undone():
            try:
                found = call()
                self.env.flush_all()
            except REFUSED as refusal:
                found, self.refusal = None, refusal
                ear.heard.append(str(refusal))
        said = "\n".join(ear.heard)
        return found or self.told(viewer, said)

    def told(self, viewer, text):
        """The piece of a text around a word that a viewer must not know, or None."""
        if "CANARY" not in text:
            return None
        for word in self.forbidden_words[viewer]:
            if word in text:
                at = text.index(word)
                return "… " + text[max(at - 100, 0) : at + 60]
        return None

    def probe(self, viewer, name, which=None):
        """Try things on the rows of a model that are none of a viewer's business.

        :param which: probes; all of them, or ``SHORT`` for the twins of a viewer
        :return: list of texts, one a leak
        """
        which = which or (probes.SHORT if self.is_twin(viewer) else probes.PROBES)
        rows = self.forbidden(viewer, name)
        if not rows:
            return []
        ids = [row.record.id for row in rows]
        Model = self.model(viewer, name)
        if not any(Model.has_access(mode) for mode in ("read", "write", "create")):
            # nothing of the model at all: one attempt of each kind says so
            which = [
                function
                for function in which
                if function
                in (probes.search, probes.read, probes.write, probes.create_in)
            ]
        leaks = []
        for function in which:
            found = self.attempt(viewer, lambda f=function: f(Model, ids, rows))
            if found:
                leaks.append(f"{viewer.name} → {name} by {function.__name__}: {found}")
        return leaks

    def is_twin(self, viewer):
        """Whether somebody has, in B or C, a role that is tried at length in A."""
        return len(viewer.ticked) == 1 and viewer.ticked <= self.firm_b | self.firm_c

    def unlike(self, viewer, name):
        """How what a viewer finds of a model of the suite is not what they may see.

        :return: list of texts: rows too many, rows too few
        """
        Model = self.model(viewer, name).with_context(active_test=False)
        rows = self.rows[name]
        if not Model.has_access("read"):
            return []
        self.tried += 1
        found = set(Model.search([("id", "in", [row.record.id for row in rows])]).ids)
        due = {row.record.id for row in rows if self.allowed(viewer, row)}
        said = []
        if found - due:
            said.append(f"{viewer.name} finds {name} {sorted(found - due)}")
        if due - found:
            said.append(f"{viewer.name} misses {name} {sorted(due - found)}")
        return said

    def own(self, viewer, name):
        """The rows of a model that a viewer may see."""
        return [row for row in self.rows.get(name, []) if self.allowed(viewer, row)]
