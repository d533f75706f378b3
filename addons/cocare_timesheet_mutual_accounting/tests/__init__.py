from . import test_cockpit_tour
from . import test_time_load
