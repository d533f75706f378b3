from . import agreements
from . import consents
from . import home
from . import join
from . import portal
