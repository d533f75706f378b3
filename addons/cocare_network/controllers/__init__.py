from . import consents
from . import agreements
from . import home
from . import join
from . import portal
