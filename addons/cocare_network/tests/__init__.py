from . import test_allocation_key
from . import test_firm
from . import test_governed
from . import test_home
from . import test_membership
from . import test_portal
from . import test_security
from . import test_usage
