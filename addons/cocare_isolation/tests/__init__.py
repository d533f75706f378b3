from . import test_exports
from . import test_forms
from . import test_quiet_errors
from . import test_review
from . import test_rules
from . import test_wizards
