PRAGMA application_id = 1182287224;
PRAGMA user_version = 11;
BEGIN TRANSACTION;
CREATE TABLE alert (
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
    , look_id INTEGER, acknowledged_at REAL, feedback TEXT, note TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT 'verified', full_time REAL);
INSERT INTO "alert" VALUES(1,'alert-1','condition','job-1','porch','a parcel is on the porch','Parcel!','A parcel lies on the mat.',1001.0,1000.5,'detector',0.9,0,NULL,NULL,NULL,'','verified',1000.4);
CREATE TABLE apikey (
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
    );
INSERT INTO "apikey" VALUES(1,1,'door','fx_abcde',X'01','viewer',NULL,1,1000.0,NULL);
CREATE TABLE claim (
        key BLOB PRIMARY KEY,
        digest BLOB NOT NULL,
        job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        time REAL NOT NULL
    ) WITHOUT ROWID;
INSERT INTO "claim" VALUES(X'01',X'02','job-1',5.0);
CREATE TABLE delivery (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        alert_id TEXT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
        notifier TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        next_try_at REAL NOT NULL,
        delivered_at REAL,
        error TEXT
    , expired_at REAL, revision INTEGER NOT NULL DEFAULT 0);
INSERT INTO "delivery" VALUES(1,'alert-1','mqtt',0,1001.0,NULL,NULL,NULL,0);
CREATE TABLE episode (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        episode TEXT NOT NULL,
        look_id INTEGER NOT NULL REFERENCES look (id) ON DELETE CASCADE
    );
INSERT INTO "episode" VALUES(1,'job-1','porch/1/7/entered/p1/mat',1);
CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        camera TEXT NOT NULL,
        label TEXT NOT NULL,
        start_time REAL NOT NULL,
        end_time REAL,
        top_score REAL NOT NULL,
        zones TEXT NOT NULL,
        snapshot_time REAL
    , snapshot_box TEXT, frame_size TEXT);
INSERT INTO "event" VALUES(1,'e1','porch','person',5.0,NULL,0.9,'["mat","step"]',NULL,NULL,NULL);
CREATE TABLE eventzone (
        zone TEXT NOT NULL,
        start_time REAL NOT NULL,
        seq INTEGER NOT NULL REFERENCES event (seq) ON DELETE CASCADE,
        PRIMARY KEY (zone, start_time, seq)
    ) WITHOUT ROWID;
INSERT INTO "eventzone" VALUES('mat',5.0,1);
INSERT INTO "eventzone" VALUES('step',5.0,1);
CREATE TABLE finding (
            key TEXT PRIMARY KEY,
            found TEXT NOT NULL,
            at REAL NOT NULL
        ) WITHOUT ROWID;
INSERT INTO "finding" VALUES('6b86b273','{"vision":true}',1000.0);
CREATE TABLE job (
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
    , snoozed_until REAL, asked_since REAL);
INSERT INTO "job" VALUES(1,'job-1','parcels','porch','config','running','watching','{"name":"parcels","camera":"porch","condition":"a parcel is on the porch","labels":["package","person"],"zones":["mat"],"mode":"standing","duration":null,"cooldown":600.0,"confirm":{"k":2,"n":3},"schedule":[{"days":[0,6],"start":480,"end":1200}],"limits":{"min_interval":1.0,"max_interval":300.0,"looks_per_hour":12,"alerts_per_hour":6}}',1000.0,NULL,NULL,NULL,0,1,NULL,0,'{"answer":"met","confidence":0.9,"reasoning":"A parcel lies on the mat.","message":"Parcel!","next_run_in":null,"frame_time":1000.5,"judged_by":"detector"}',NULL,NULL,NULL);
CREATE TABLE look (
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
    , episode TEXT, intent BLOB, frame_size TEXT, objects TEXT NOT NULL DEFAULT '[]', provider TEXT, model TEXT, prompt TEXT NOT NULL DEFAULT '', reply TEXT NOT NULL DEFAULT '', camera TEXT NOT NULL DEFAULT '');
INSERT INTO "look" VALUES(1,'job-1','initial',NULL,'done',5.0,NULL,NULL,0,NULL,'{"answer":"met","confidence":0.9,"reasoning":"A parcel lies on the mat.","message":"Parcel!","next_run_in":null,"frame_time":1000.5,"judged_by":"detector"}',NULL,NULL,NULL,NULL,'[]',NULL,NULL,'','','porch');
CREATE TABLE payment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        look_id INTEGER NOT NULL,
        job_id TEXT NOT NULL,
        at REAL NOT NULL,
        provider TEXT NOT NULL,
        tokens INTEGER NOT NULL
    );
INSERT INTO "payment" VALUES(1,1,'job-1',1000.0,'eyes',7);
CREATE TABLE picture (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        recent_of TEXT,
        look_id INTEGER NOT NULL REFERENCES look (id) ON DELETE CASCADE,
        n INTEGER NOT NULL,
        jpeg BLOB NOT NULL
    );
INSERT INTO "picture" VALUES(1,'job-1',1,0,X'6A706567');
CREATE TABLE receipt (
        alert_id TEXT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
        subscription_id INTEGER NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
        told TEXT NOT NULL,
        PRIMARY KEY (alert_id, subscription_id)
    ) WITHOUT ROWID;
INSERT INTO "receipt" VALUES('alert-1',1,'verified');
CREATE TABLE session (
        digest BLOB PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
        expires_at REAL NOT NULL
    );
INSERT INTO "session" VALUES(X'00',1,2000.0);
CREATE TABLE subscription (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
        session BLOB,
        endpoint TEXT NOT NULL UNIQUE,
        p256dh BLOB NOT NULL,
        auth BLOB NOT NULL,
        created_at REAL NOT NULL
    );
INSERT INTO "subscription" VALUES(1,1,X'01','https://fcm.googleapis.com/fcm/send/x',X'04',X'05',1000.0);
CREATE TABLE tombstone (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL
    );
INSERT INTO "tombstone" VALUES(1,'job-0');
CREATE TABLE user (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        role TEXT NOT NULL,
        cameras TEXT,
        password_hash TEXT NOT NULL,
        created_at REAL NOT NULL
    );
INSERT INTO "user" VALUES(1,'granny','viewer','["porch"]','$argon2id$x',1000.0);
CREATE INDEX job_camera ON job (camera, seq);
CREATE INDEX job_state ON job (state, seq);
CREATE INDEX job_name ON job (name, origin, seq);
CREATE INDEX look_job ON look (job_id, id);
CREATE INDEX look_pending ON look (state) WHERE state = 'pending';
CREATE INDEX alert_job ON alert (job_id, seq);
CREATE INDEX alert_camera ON alert (camera, seq);
CREATE INDEX alert_kind ON alert (kind, seq);
CREATE INDEX delivery_alert ON delivery (alert_id);
CREATE INDEX event_open ON event (end_time) WHERE end_time IS NULL;
CREATE UNIQUE INDEX look_intent ON look (job_id) WHERE intent IS NOT NULL;
CREATE UNIQUE INDEX picture_look ON picture (look_id, n);
CREATE INDEX picture_recent ON picture (recent_of, look_id) WHERE recent_of IS NOT NULL;
CREATE UNIQUE INDEX episode_job ON episode (job_id, episode);
CREATE INDEX episode_look ON episode (look_id);
CREATE INDEX alert_look ON alert (look_id);
CREATE INDEX look_time ON look (started_at);
CREATE INDEX alert_time ON alert (time);
CREATE INDEX event_end ON event (end_time);
CREATE INDEX alert_feedback ON alert (job_id, feedback) WHERE feedback IS NOT NULL;
CREATE INDEX delivery_waiting ON delivery (notifier, id)
        WHERE delivered_at IS NULL AND expired_at IS NULL;
CREATE INDEX delivery_undelivered ON delivery (alert_id)
        WHERE delivered_at IS NULL AND expired_at IS NULL;
CREATE INDEX session_user ON session (user_id, expires_at);
CREATE INDEX session_end ON session (expires_at);
CREATE INDEX apikey_user ON apikey (user_id, id);
CREATE INDEX payment_look ON payment (look_id);
CREATE INDEX payment_job ON payment (job_id, at);
CREATE INDEX payment_time ON payment (at);
CREATE INDEX event_time ON event (start_time);
CREATE INDEX event_camera ON event (camera, start_time);
CREATE INDEX event_label ON event (label, start_time);
CREATE INDEX event_camera_label ON event (camera, label, start_time);
CREATE INDEX eventzone_event ON eventzone (seq);
CREATE TRIGGER event_begins AFTER INSERT ON event BEGIN
        INSERT INTO eventzone SELECT value, NEW.start_time, NEW.seq FROM json_each(NEW.zones) WHERE true
        ON CONFLICT DO NOTHING;
    END;
CREATE TRIGGER event_enters AFTER UPDATE OF zones ON event BEGIN
        INSERT INTO eventzone SELECT value, NEW.start_time, NEW.seq FROM json_each(NEW.zones) WHERE true
        ON CONFLICT DO NOTHING;
    END;
CREATE INDEX claim_job ON claim (job_id);
CREATE INDEX claim_time ON claim (time);
CREATE INDEX look_camera ON look (camera, started_at);
CREATE INDEX look_job_time ON look (job_id, started_at);
CREATE INDEX look_state_time ON look (state, started_at);
CREATE INDEX job_end ON job (ended_at);
CREATE UNIQUE INDEX alert_unverified ON alert (job_id) WHERE status = 'unverified';
CREATE INDEX subscription_user ON subscription (user_id);
CREATE INDEX receipt_subscription ON receipt (subscription_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('alert',1);
INSERT INTO "sqlite_sequence" VALUES('delivery',1);
INSERT INTO "sqlite_sequence" VALUES('job',1);
INSERT INTO "sqlite_sequence" VALUES('look',1);
INSERT INTO "sqlite_sequence" VALUES('picture',1);
INSERT INTO "sqlite_sequence" VALUES('episode',1);
INSERT INTO "sqlite_sequence" VALUES('user',1);
INSERT INTO "sqlite_sequence" VALUES('apikey',1);
INSERT INTO "sqlite_sequence" VALUES('payment',1);
INSERT INTO "sqlite_sequence" VALUES('event',1);
INSERT INTO "sqlite_sequence" VALUES('tombstone',1);
INSERT INTO "sqlite_sequence" VALUES('subscription',1);
COMMIT;
