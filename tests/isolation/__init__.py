"""The leak matrix: who tries what on whose records, and how one knows it leaked.

* ``classification.py``: whose a record of each model is;
* ``filler.py``: a record of any model of the suite, for any firm, with its canary;
* ``satellites.py``: records of Odoo's own models, for a firm;
* ``probes.py``: what is tried;
* ``common.py``: the firms, the people, and the rows that everybody goes after.
"""
