from . import agreements
from . import home
from . import portal
from . import portal_decisions
from . import portal_usages
from . import usage_template
