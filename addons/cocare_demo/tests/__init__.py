from . import test_agreements
from . import test_story
