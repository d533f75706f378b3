from . import cocare_cockpit
from . import cocare_time_load
