"""Two configurations that have every key there is, and differ in each of them."""

BASE = """\
mqtt: {enabled: true, host: 127.0.0.1, port: 1883, user: a, password: a, tls_ca_certs: /a,
  tls_client_cert: /a, tls_client_key: /a, tls_insecure: false, qos: 0}
cameras:
  front:
    friendly_name: Front
    enabled: true
    ffmpeg:
      inputs: [{path: "rtsp://10.0.0.1/a", roles: [detect]}, {path: "rtsp://10.0.0.1/b", roles: [record]}]
    detect: {width: 640, height: 360, fps: 5}
    zones: {porch: {coordinates: "0,0,1,0,1,1"}}
    snapshots: {enabled: true}
  back:
    ffmpeg: {inputs: [{path: "rtsp://10.0.0.2/a", roles: [detect]}]}
    detect: {enabled: true}
    snapshots: {enabled: true}
    zones: {porch: {coordinates: "0,0,1,0,1,1"}}
  side:
    ffmpeg: {inputs: [{path: "rtsp://10.0.0.5/a", roles: [detect]}]}
detect: {width: 640, height: 360}
genai:
  eyes: {provider: openai, base_url: "http://10.0.0.3/v1", api_key: a, model: a, roles: [watch]}
frigate_ext:
  web: {host: 127.0.0.1, port: 0, external_url: "http://a.example"}
  full_motion: {server: go2rtc, url: "http://10.0.0.4:1984"}
  tls: {enabled: true, cert: cert.pem, key: key.pem}
  bus: {remote: "tcp://127.0.0.1:17555", key: bus.key}
  detection: {nodes: {shed: {key: "0000000000000000000000000000000000000000", cameras: [front]}}}
watches:
  parcel: {camera: back, condition: a parcel lies there, mode: standing, confirm: {k: 1, n: 3},
    schedule: [{days: [mon], from: "08:00", to: "18:00"}], limits: {min_interval: 5}}
"""
PICTURE = {
    "enabled": False,
    "width": 320,
    "height": 180,
    "fps": 3,
    "min_initialized": 4,
    "max_disappeared": 9,
    "stationary": {"interval": 7, "threshold": 8, "max_frames": {"default": 90, "objects": {"person": 91}}},
}
MOTION = {
    "enabled": False,
    "threshold": 31,
    "lightning_threshold": 0.7,
    "skip_motion_threshold": 0.6,
    "improve_contrast": False,
    "contour_area": 11,
    "frame_height": 120,
    "frame_alpha": 0.02,
    "mask": "0,0,0.1,0,0.1,0.1",
}
FILTER = {
    "min_area": 10,
    "max_area": 9999,
    "min_ratio": 0.2,
    "max_ratio": 9,
    "threshold": 0.8,
    "min_score": 0.6,
    "mask": "0,0,0.1,0,0.1,0.1",
}
OBJECTS = {"track": ["dog"], "filters": {"person": FILTER}, "mask": "0,0,0.1,0,0.1,0.1"}
SNAPSHOTS = {"enabled": True, "height": 240, "quality": 80}
BUDGET = {"looks_per_minute": 2, "looks_per_hour": 20, "looks_per_day": 200, "tokens_per_day": 5000}
OTHER = {
    "mqtt": {
        "enabled": False,
        "host": "127.0.0.2",
        "port": 1884,
        "user": "b",
        "password": "b",
        "tls_ca_certs": "/b",
        "tls_client_cert": "/b",
        "tls_client_key": "/b",
        "tls_insecure": True,
        "qos": 1,
    },
    "cameras": {
        "front": {
            "friendly_name": "Door",
            "enabled": False,
            "ffmpeg": {
                "hwaccel_args": "preset-vaapi",
                "inputs": [
                    {"path": "rtsp://10.0.0.9/a", "roles": ["record"], "hwaccel_args": "preset-vaapi"},
                    {"path": "rtsp://10.0.0.9/b", "roles": ["detect"], "hwaccel_args": "preset-vaapi"},
                ],
            },
            "detect": PICTURE,
            "motion": MOTION,
            "objects": OBJECTS,
            "zones": {
                "porch": {
                    "coordinates": "0,0,1,0,1,0.5",
                    "friendly_name": "Steps",
                    "enabled": False,
                    "inertia": 4,
                    "loitering_time": 5,
                    "objects": ["person"],
                    "filters": {"person": FILTER},
                }
            },
            "snapshots": {**SNAPSHOTS, "enabled": False},
            "live": {"streams": {"Main": "front_main"}},
        }
    },
    "genai": {
        "eyes": {
            "provider": "ollama",
            "base_url": "http://10.0.0.9/v1",
            "api_key": "b",
            "model": "b",
            "roles": ["chat"],
            "provider_options": {"keep_alive": "5m"},
            "runtime_options": {
                "max_concurrent": 2,
                "connect_timeout": 6,
                "read_timeout": 7,
                "total_timeout": 8,
                "temperature": 0.5,
            },
            "cameras": ["front"],
            "budget": BUDGET,
        }
    },
    "frigate_ext": {
        "topic_prefix": "other",
        "data_dir": "other",
        "web": {"host": "127.0.0.2", "port": 5056, "external_url": "https://b.example"},
        "full_motion": {"server": "mediamtx", "url": "http://10.0.0.9:8889"},
        "auth": {
            "enabled": False,
            "session_length": 999,
            "cookie_name": "other",
            "failed_login_rate_limit": "5/minute",
            "trusted_proxies": ["10.0.0.7"],
            "roles": {"guest": ["front"]},
        },
        "proxy": {
            "header_map": {"user": "X-User", "role": "X-Role", "role_map": {"admin": ["owners"]}},
            "auth_secret": "b",
            "default_role": "admin",
            "separator": ";",
        },
        "tls": {"enabled": False, "cert": "other.pem", "key": "other.pem"},
        "bus": {
            "endpoint": "tcp://127.0.0.1:18555",
            "unencrypted": True,
            "remote": "tcp://127.0.0.1:19555",
            "key": "other.key",
        },
        "log_level": "debug",
        "model": {
            "weights": "yolov8s",
            "size": 640,
            "region": 0,
            "threads": 2,
            "precision": "f32",
            "trusted_sha256": ["0" * 64],
            "backend": "onnx",
        },
        "detection": {
            "processes": 3,
            "nodes": {"shed": {"key": "9" * 40, "cameras": ["back"], "processes": 2}},
            "takeover": True,
        },
        "tracker": {"kind": "botsort_gmc"},
        "mqtt": {"version": "5"},
        "streams": {
            "front": {
                "kind": "snapshot",
                "snapshot_interval": 2,
                "loop": False,
                "neighbours": ["back"],
                "full_pictures": False,
            }
        },
        "full_pictures": False,
        "judge": {
            "fallback": ["detector"],
            "allow_remote_fallback": True,
            "budget": BUDGET,
            "when_spent": "hold",
            "try_out": True,
        },
        "push": {"enabled": False, "email": "me@example.org", "services": ["push.example"]},
        "retention": {"days": 3, "bytes": 99999999, "undelivered_days": 2},
    },
    "ui": {"timezone": "Asia/Tokyo"},
    "watches": {
        "parcel": {
            "camera": "front",
            "condition": "a dog lies there",
            "labels": ["person"],
            "zones": ["porch"],
            "mode": "once",
            "duration": "2h",
            "cooldown": "3m",
            "remind_every": "5m",
            "confirm": {"k": 2, "n": 2},
            "schedule": [{"days": ["tue"], "from": "09:00", "to": "17:00"}],
            "timezone": "Asia/Tokyo",
            "limits": {
                "min_interval": 2,
                "max_interval": 99,
                "alerts_per_hour": 3,
                "when_spent": "hold",
                **BUDGET,
            },
            "pictures": {"moments": 2, "tile": False, "draw": True, "crop": "off"},
            "language": "German",
            "fast_alert": True,
        }
    },
    "detect": PICTURE,
    "ffmpeg": {"hwaccel_args": "preset-vaapi"},
    "motion": MOTION,
    "objects": OBJECTS,
    "snapshots": SNAPSHOTS,
}
