"""An image: our own copy of a picture, re-encoded; the original is never shown."""

from django.db import models


class Image(models.Model):
    """Two JPEG copies at most 600 and 1200 pixels wide, without EXIF."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting to be fetched"
        READY = "ready", "ready"
        FAILED = "failed", "could not be used"

    source_url = models.URLField(max_length=1000, blank=True, db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=200, blank=True)
    # A waiting one is tried again from here on; set ahead while somebody is fetching it.
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    next_try_at = models.DateTimeField(null=True, blank=True, editable=False)
    small = models.ImageField(
        upload_to="images/", blank=True, width_field="small_width", height_field="small_height"
    )
    small_width = models.PositiveSmallIntegerField(null=True, editable=False)
    small_height = models.PositiveSmallIntegerField(null=True, editable=False)
    large = models.ImageField(
        upload_to="images/", blank=True, width_field="large_width", height_field="large_height"
    )
    large_width = models.PositiveSmallIntegerField(null=True, editable=False)
    large_height = models.PositiveSmallIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_url"],
                condition=~models.Q(source_url=""),
                name="one_image_per_source_url",
            ),
        ]

    def __str__(self) -> str:
        return f"image {self.pk} ({self.get_state_display()})"

    @property
    def is_ready(self) -> bool:
        """Whether there are copies to show."""
        return self.state == self.State.READY

    @property
    def is_failed(self) -> bool:
        """Whether there will never be copies."""
        return self.state == self.State.FAILED
