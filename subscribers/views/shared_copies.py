"""Pages that are the same for everybody: a cache in front of the site may hand out its copy."""

from typing import Any

from django.views.decorators.cache import cache_control

# Browsers ask each time, so that who changed something sees it; a flood of readers that a mail
# brings at once costs one page a minute. A form's stamp stays good for a day (`form_time`).
COPIES: dict[str, Any] = {"public": True, "max_age": 0, "s_maxage": 60}

for_everybody = cache_control(**COPIES)
