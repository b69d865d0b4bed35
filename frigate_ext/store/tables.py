"""The tables as peewee models, bound to no database: every query names the connection it runs on.

The schema itself, with its indexes and foreign keys, is in `migrations`; a test holds the two together.
"""

from __future__ import annotations

from peewee import (
    AutoField,
    BlobField,
    BooleanField,
    CompositeKey,
    DoubleField,
    IntegerField,
    Model,
    TextField,
)


def _table_name(model: type[Model]) -> str:
    return model.__name__.removesuffix("Table").lower()


class _Table(Model):
    class Meta:
        table_function = _table_name


class JobTable(_Table):
    seq = AutoField()
    id = TextField(unique=True)
    name = TextField()
    camera = TextField()
    origin = TextField()
    state = TextField()
    phase = TextField(null=True)
    snoozed_until = DoubleField(null=True)
    asked_since = DoubleField(null=True)
    watch = TextField()
    """JSON; `name` and `camera` repeat what lists filter by."""
    created_at = DoubleField()
    started_at = DoubleField(null=True)
    ended_at = DoubleField(null=True)
    expires_at = DoubleField(null=True)
    looks = IntegerField()
    alerts = IntegerField()
    last_alert_at = DoubleField(null=True)
    armed = BooleanField()
    last_verdict = TextField(null=True)
    """JSON."""
    error = TextField(null=True)


class TombstoneTable(_Table):
    """A job that was here: what others keep of it is to be cleared."""

    seq = AutoField()
    job_id = TextField()


class LookTable(_Table):
    id = AutoField()
    job_id = TextField()
    camera = TextField()
    """The job's; what lists filter by."""
    reason = TextField()
    trigger = TextField(null=True)
    state = TextField()
    started_at = DoubleField()
    frame_time = DoubleField(null=True)
    latency = DoubleField(null=True)
    image_bytes = IntegerField()
    tokens = IntegerField(null=True)
    verdict = TextField(null=True)
    """JSON."""
    error = TextField(null=True)
    episode = TextField(null=True)
    intent = BlobField(null=True)
    """What the asker needs to ask again; NULL once nothing is left to ask. One for each job."""
    frame_size = TextField(null=True)
    """JSON."""
    objects = TextField()
    """JSON."""
    provider = TextField(null=True)
    model = TextField(null=True)
    prompt = TextField()
    reply = TextField()


class PictureTable(_Table):
    """The frames of a look as they were sent."""

    id = AutoField()
    recent_of = TextField(null=True)
    """The job whose recent looks it belongs to; NULL once it is the evidence of an alert, which keeps it."""
    look_id = IntegerField()
    n = IntegerField()
    jpeg = BlobField()


class EpisodeTable(_Table):
    """What has been decided: one row for each job and edge."""

    id = AutoField()
    job_id = TextField()
    episode = TextField()
    look_id = IntegerField()


class PaymentTable(_Table):
    """What a look has cost. Refers to nothing, for it outlives its look and its job."""

    id = AutoField()
    look_id = IntegerField()
    job_id = TextField()
    at = DoubleField()
    provider = TextField()
    tokens = IntegerField()


class FindingTable(_Table):
    """What a model of somebody else's was found to do, so that it need not be paid for again."""

    key = TextField(primary_key=True)
    """Of provider, address, model and options."""
    found = TextField()
    """JSON."""
    at = DoubleField()


class AlertTable(_Table):
    seq = AutoField()
    id = TextField(unique=True)
    kind = TextField()
    status = TextField()
    job_id = TextField()
    camera = TextField()
    condition = TextField()
    message = TextField()
    reasoning = TextField()
    time = DoubleField()
    frame_time = DoubleField(null=True)
    judged_by = TextField(null=True)
    confidence = DoubleField(null=True)
    evidence = IntegerField()
    look_id = IntegerField(null=True)
    acknowledged_at = DoubleField(null=True)
    feedback = TextField(null=True)
    note = TextField()
    full_time = DoubleField(null=True)


class DeliveryTable(_Table):
    id = AutoField()
    alert_id = TextField()
    notifier = TextField()
    attempts = IntegerField()
    next_try_at = DoubleField()
    delivered_at = DoubleField(null=True)
    expired_at = DoubleField(null=True)
    error = TextField(null=True)
    revision = IntegerField()
    """How often its alert has changed since it was first told."""


class ClaimTable(_Table):
    """Keys under which clients have asked for a job, so that asking twice makes one."""

    key = BlobField(primary_key=True)
    digest = BlobField()
    """Of what they asked."""
    job_id = TextField()
    time = DoubleField()


class EventTable(_Table):
    seq = AutoField()
    id = TextField(unique=True)
    camera = TextField()
    label = TextField()
    start_time = DoubleField()
    end_time = DoubleField(null=True)
    top_score = DoubleField()
    zones = TextField()
    """JSON."""
    snapshot_time = DoubleField(null=True)
    snapshot_box = TextField(null=True)
    """JSON."""
    frame_size = TextField(null=True)
    """JSON."""


class EventZoneTable(_Table):
    """Which zones an event has been in, kept by triggers: what a list of a zone's events is read from."""

    zone = TextField()
    start_time = DoubleField()
    seq = IntegerField()

    class Meta:  # noqa: D106 - peewee's own way to say it
        primary_key = CompositeKey("zone", "start_time", "seq")


class UserTable(_Table):
    id = AutoField()
    name = TextField(unique=True)
    role = TextField()
    cameras = TextField(null=True)
    """JSON; NULL for every camera."""
    password_hash = TextField()
    """In argon2's own notation, with salt and cost."""
    created_at = DoubleField()


class SessionTable(_Table):
    digest = BlobField(primary_key=True)
    user_id = IntegerField()
    expires_at = DoubleField()


class ApiKeyTable(_Table):
    id = AutoField()
    user_id = IntegerField()
    name = TextField()
    prefix = TextField()
    digest = BlobField(unique=True)
    role = TextField()
    cameras = TextField(null=True)
    """JSON; NULL for every camera of its user."""
    read_only = BooleanField()
    created_at = DoubleField()
    used_at = DoubleField(null=True)


class SubscriptionTable(_Table):
    """Devices that want to be told of alerts."""

    id = AutoField()
    user_id = IntegerField(null=True)
    """NULL where nobody signs in."""
    session = BlobField(null=True)
    """Digest of the session it was made in; that one may be long over."""
    endpoint = TextField(unique=True)
    p256dh = BlobField()
    auth = BlobField()
    created_at = DoubleField()


class ReceiptTable(_Table):
    """What a device knows of an alert."""

    alert_id = TextField()
    subscription_id = IntegerField()
    told = TextField()
    """The alert's status."""

    class Meta:  # noqa: D106 - peewee's own way to say it
        primary_key = CompositeKey("alert_id", "subscription_id")
