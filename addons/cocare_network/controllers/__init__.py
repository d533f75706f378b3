from . import agreements
from . import consents
from . import home
from . import join
from . import portal
from . import portal_decisions
from . import portal_usages
from . import usage_template
