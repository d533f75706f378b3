from . import agreements
from . import home
from . import portal
