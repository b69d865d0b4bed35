"""How the schema came to be: numbered steps, each run once in its own transaction, never edited afterwards.

`PRAGMA user_version` counts the steps a file has seen. Every version has its golden schema among the tests.
"""

from __future__ import annotations

from collections.abc import Callable

from peewee import SqliteDatabase

from frigate_ext.errors import StoreError
from frigate_ext.store.identity import APPLICATION_ID


def _v1_first_tables(db: SqliteDatabase) -> None:
    for statement in _V1:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V1 = (
    """CREATE TABLE job (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        camera TEXT NOT NULL,
        origin TEXT NOT NULL,
        state TEXT NOT NULL,
        phase TEXT,
        watch TEXT NOT NULL,
        created_at REAL NOT NULL,
        started_at REAL,
        ended_at REAL,
        expires_at REAL,
        looks INTEGER NOT NULL,
        alerts INTEGER NOT NULL,
        last_alert_at REAL,
        armed INTEGER NOT NULL,
        last_verdict TEXT,
        error TEXT
    )""",
    "CREATE INDEX job_camera ON job (camera, seq)",
    "CREATE INDEX job_state ON job (state, seq)",
    "CREATE INDEX job_name ON job (name, origin, seq)",
    """CREATE TABLE look (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        reason TEXT NOT NULL,
        "trigger" TEXT,
        state TEXT NOT NULL,
        started_at REAL NOT NULL,
        frame_time REAL,
        latency REAL,
        image_bytes INTEGER NOT NULL,
        tokens INTEGER,
        verdict TEXT,
        error TEXT
    )""",
    "CREATE INDEX look_job ON look (job_id, id)",
    "CREATE INDEX look_pending ON look (state) WHERE state = 'pending'",
    """CREATE TABLE alert (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        camera TEXT NOT NULL,
        condition TEXT NOT NULL,
        message TEXT NOT NULL,
        reasoning TEXT NOT NULL,
        time REAL NOT NULL,
        frame_time REAL,
        judged_by TEXT,
        confidence REAL,
        evidence INTEGER NOT NULL
    )""",
    "CREATE INDEX alert_job ON alert (job_id, seq)",
    "CREATE INDEX alert_camera ON alert (camera, seq)",
    "CREATE INDEX alert_kind ON alert (kind, seq)",
    """CREATE TABLE delivery (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        alert_id TEXT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
        notifier TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        next_try_at REAL NOT NULL,
        delivered_at REAL,
        error TEXT
    )""",
    "CREATE INDEX delivery_alert ON delivery (alert_id)",
    "CREATE INDEX delivery_waiting ON delivery (notifier, id) WHERE delivered_at IS NULL",
    """CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        camera TEXT NOT NULL,
        label TEXT NOT NULL,
        start_time REAL NOT NULL,
        end_time REAL,
        top_score REAL NOT NULL,
        zones TEXT NOT NULL,
        snapshot_time REAL
    )""",
    "CREATE INDEX event_camera ON event (camera, seq)",
    "CREATE INDEX event_label ON event (label, seq)",
    "CREATE INDEX event_open ON event (end_time) WHERE end_time IS NULL",
)


def _v2_snooze(db: SqliteDatabase) -> None:
    for column in ("snoozed_until", "asked_since"):
        db.execute_sql(f"ALTER TABLE job ADD COLUMN {column} REAL")  # type: ignore[no-untyped-call]


def _v3_looks_that_survive(db: SqliteDatabase) -> None:
    for statement in _V3:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V3 = (
    "ALTER TABLE look ADD COLUMN episode TEXT",
    "ALTER TABLE look ADD COLUMN intent BLOB",
    "ALTER TABLE look ADD COLUMN frame_size TEXT",
    "ALTER TABLE look ADD COLUMN objects TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE look ADD COLUMN provider TEXT",
    "ALTER TABLE look ADD COLUMN model TEXT",
    "ALTER TABLE look ADD COLUMN prompt TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE look ADD COLUMN reply TEXT NOT NULL DEFAULT ''",
    "CREATE UNIQUE INDEX look_intent ON look (job_id) WHERE intent IS NOT NULL",
    """CREATE TABLE picture (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        recent_of TEXT,
        look_id INTEGER NOT NULL REFERENCES look (id) ON DELETE CASCADE,
        n INTEGER NOT NULL,
        jpeg BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX picture_look ON picture (look_id, n)",
    "CREATE INDEX picture_recent ON picture (recent_of, look_id) WHERE recent_of IS NOT NULL",
    """CREATE TABLE episode (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        episode TEXT NOT NULL,
        look_id INTEGER NOT NULL REFERENCES look (id) ON DELETE CASCADE
    )""",
    "CREATE UNIQUE INDEX episode_job ON episode (job_id, episode)",
    "CREATE INDEX episode_look ON episode (look_id)",
    "ALTER TABLE alert ADD COLUMN look_id INTEGER",
    "ALTER TABLE alert ADD COLUMN acknowledged_at REAL",
    "ALTER TABLE alert ADD COLUMN feedback TEXT",
    "ALTER TABLE alert ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX alert_look ON alert (look_id)",
    "CREATE INDEX look_time ON look (started_at)",
    "CREATE INDEX alert_time ON alert (time)",
    "CREATE INDEX event_end ON event (end_time)",
    "CREATE INDEX alert_feedback ON alert (job_id, feedback) WHERE feedback IS NOT NULL",
    "ALTER TABLE delivery ADD COLUMN expired_at REAL",
    "DROP INDEX delivery_waiting",
    """CREATE INDEX delivery_waiting ON delivery (notifier, id)
        WHERE delivered_at IS NULL AND expired_at IS NULL""",
    """CREATE INDEX delivery_undelivered ON delivery (alert_id)
        WHERE delivered_at IS NULL AND expired_at IS NULL""",
)


def _v4_accounts(db: SqliteDatabase) -> None:
    for statement in _V4:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V4 = (
    """CREATE TABLE user (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        role TEXT NOT NULL,
        cameras TEXT,
        password_hash TEXT NOT NULL,
        created_at REAL NOT NULL
    )""",
    """CREATE TABLE session (
        digest BLOB PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
        expires_at REAL NOT NULL
    )""",
    "CREATE INDEX session_user ON session (user_id, expires_at)",
    "CREATE INDEX session_end ON session (expires_at)",
    """CREATE TABLE apikey (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        prefix TEXT NOT NULL,
        digest BLOB NOT NULL UNIQUE,
        role TEXT NOT NULL,
        cameras TEXT,
        read_only INTEGER NOT NULL,
        created_at REAL NOT NULL,
        used_at REAL
    )""",
    "CREATE INDEX apikey_user ON apikey (user_id, id)",
)


def _v5_payments(db: SqliteDatabase) -> None:
    for statement in _V5:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V5 = (
    """CREATE TABLE payment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        look_id INTEGER NOT NULL,
        job_id TEXT NOT NULL,
        at REAL NOT NULL,
        provider TEXT NOT NULL,
        tokens INTEGER NOT NULL
    )""",
    "CREATE INDEX payment_look ON payment (look_id)",
    "CREATE INDEX payment_job ON payment (job_id, at)",
    "CREATE INDEX payment_time ON payment (at)",
    """INSERT INTO payment (look_id, job_id, at, provider, tokens)
        SELECT id, job_id, started_at, provider, COALESCE(tokens, 0) FROM look
        WHERE provider IS NOT NULL AND provider != 'detector'""",
)


def _v6_long_lists(db: SqliteDatabase) -> None:
    for statement in _V6:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V6 = (
    "ALTER TABLE event ADD COLUMN snapshot_box TEXT",
    "ALTER TABLE event ADD COLUMN frame_size TEXT",
    "DROP INDEX event_camera",
    "DROP INDEX event_label",
    "CREATE INDEX event_time ON event (start_time)",
    "CREATE INDEX event_camera ON event (camera, start_time)",
    "CREATE INDEX event_label ON event (label, start_time)",
    "CREATE INDEX event_camera_label ON event (camera, label, start_time)",
    """CREATE TABLE eventzone (
        zone TEXT NOT NULL,
        start_time REAL NOT NULL,
        seq INTEGER NOT NULL REFERENCES event (seq) ON DELETE CASCADE,
        PRIMARY KEY (zone, start_time, seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX eventzone_event ON eventzone (seq)",
    "INSERT INTO eventzone SELECT DISTINCT value, start_time, seq FROM event, json_each(zones)",
    """CREATE TRIGGER event_begins AFTER INSERT ON event BEGIN
        INSERT INTO eventzone SELECT value, NEW.start_time, NEW.seq FROM json_each(NEW.zones) WHERE true
        ON CONFLICT DO NOTHING;
    END""",
    """CREATE TRIGGER event_enters AFTER UPDATE OF zones ON event BEGIN
        INSERT INTO eventzone SELECT value, NEW.start_time, NEW.seq FROM json_each(NEW.zones) WHERE true
        ON CONFLICT DO NOTHING;
    END""",
    "ALTER TABLE look ADD COLUMN camera TEXT NOT NULL DEFAULT ''",
    "UPDATE look SET camera = (SELECT camera FROM job WHERE job.id = look.job_id)",
    """CREATE TABLE claim (
        key BLOB PRIMARY KEY,
        digest BLOB NOT NULL,
        job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        time REAL NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX claim_job ON claim (job_id)",
    "CREATE INDEX claim_time ON claim (time)",
    "CREATE INDEX look_camera ON look (camera, started_at)",
    "CREATE INDEX look_job_time ON look (job_id, started_at)",
    "CREATE INDEX look_state_time ON look (state, started_at)",
)


def _v7_tombstones(db: SqliteDatabase) -> None:
    for statement in _V7:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V7 = (
    """CREATE TABLE tombstone (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL
    )""",
    "CREATE INDEX job_end ON job (ended_at)",
)


def _v8_fast_alerts(db: SqliteDatabase) -> None:
    for statement in _V8:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V8 = (
    "ALTER TABLE alert ADD COLUMN status TEXT NOT NULL DEFAULT 'verified'",
    "CREATE UNIQUE INDEX alert_unverified ON alert (job_id) WHERE status = 'unverified'",
    "ALTER TABLE delivery ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
)


def _v9_devices(db: SqliteDatabase) -> None:
    for statement in _V9:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # not in peewee's stubs


_V9 = (
    """CREATE TABLE subscription (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
        session BLOB,
        endpoint TEXT NOT NULL UNIQUE,
        p256dh BLOB NOT NULL,
        auth BLOB NOT NULL,
        created_at REAL NOT NULL
    )""",
    "CREATE INDEX subscription_user ON subscription (user_id)",
    """CREATE TABLE receipt (
        alert_id TEXT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
        subscription_id INTEGER NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
        told TEXT NOT NULL,
        PRIMARY KEY (alert_id, subscription_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX receipt_subscription ON receipt (subscription_id)",
)


def _v10_what_models_can_do(db: SqliteDatabase) -> None:
    db.execute_sql(  # type: ignore[no-untyped-call]  # not in peewee's stubs
        """CREATE TABLE finding (
            key TEXT PRIMARY KEY,
            found TEXT NOT NULL,
            at REAL NOT NULL
        ) WITHOUT ROWID"""
    )


def _v11_full_pictures(db: SqliteDatabase) -> None:
    db.execute_sql("ALTER TABLE alert ADD COLUMN full_time REAL")  # type: ignore[no-untyped-call]  # as above


MIGRATIONS: tuple[Callable[[SqliteDatabase], None], ...] = (
    _v1_first_tables,
    _v2_snooze,
    _v3_looks_that_survive,
    _v4_accounts,
    _v5_payments,
    _v6_long_lists,
    _v7_tombstones,
    _v8_fast_alerts,
    _v9_devices,
    _v10_what_models_can_do,
    _v11_full_pictures,
)


def migrate(db: SqliteDatabase) -> None:
    """Bring an open database of ours up to date; raises StoreError for one from the future."""
    version = int(db.pragma("user_version"))
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{db.database} was written by a newer frigate_ext (schema {version}, this one knows "
            f"{len(MIGRATIONS)}): use that version, or another data folder"
        )
    for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
        with db.atomic("EXCLUSIVE"):
            step(db)
            db.pragma("application_id", APPLICATION_ID)
            db.pragma("user_version", number)
