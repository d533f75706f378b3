from . import test_nothing_leaves
