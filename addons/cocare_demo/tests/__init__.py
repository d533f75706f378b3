from . import test_agreements
from . import test_story
from . import test_usages
