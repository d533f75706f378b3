from . import test_agreements
from . import test_obligations
from . import test_bank
from . import test_people
from . import test_story
from . import test_usages
