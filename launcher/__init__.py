"""Prepare and drive a private Odoo for Co-CARE, with the standard library only.

The launcher prepares; ``odoo``, ``click-odoo-contrib``, ``pytest`` and the linters do
the work. Everything it makes is under ``.runtime`` (one per clone) or in the user's
cache directory (shared by clones), and each can be deleted at any time.
"""
