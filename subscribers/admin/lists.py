"""Lists of the desk that can be long."""

from django.http import HttpRequest
from unfold.views import ChangeList


class LongList(ChangeList):
    """Counts once, and says "31 results (show all)" only where a search or filter hides some."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count
