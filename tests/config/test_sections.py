"""What single sections accept, what they refuse, and in which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.sections.coordinates import in_pixels, parse_masks, parse_polygon, relative, spell
from config.sections.own import is_loopback
from config.sections.watch import parse_duration
from frigate_ext.domain.geometry import Size

SQUARE = ((0, 0), (1, 0), (1, 1), (0, 1))


NEIGHBOURS = """cameras: {porch: {ffmpeg: {inputs: [{path: a.mp4, roles: [detect]}]}}}
frigate_ext: {streams: {porch: {neighbours: [porch, gate]}}}"""


@pytest.mark.parametrize(
    "written",
    ["0,0,1,0,1,1,0,1", " 0, 0, 1, 0, 1.0, 1, 0, 1 ", ["0,0", "1,0", "1,1", "0,1"], [0, 0, 1, 0, 1, 1, 0, 1]],
)
def test_a_polygon_can_be_written_in_frigates_ways(written):
    assert parse_polygon(written) == SQUARE


@pytest.mark.parametrize(
    "written",
    ["", "0,0,1,0", "0,0,1,0,1", "a,b,c,d,e,f", "0,0,1,0,-1,1", "0,0,nan,0,1,1", [True] * 6, 5, None, [{}]],
)
def test_what_is_no_polygon_is_refused(written):
    with pytest.raises(ValueError, match="polygon"):
        parse_polygon(written)


def test_pixels_become_fractions_of_the_detect_frame():
    polygon = parse_polygon("0,0,640,0,640,360")
    assert in_pixels(polygon)
    assert relative(polygon, Size(1280, 720)) == ((0, 0), (0.5, 0), (0.5, 0.5))


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=3, max_size=20))
def test_a_polygon_survives_being_spelled(points):
    polygon = tuple((x / 1000, y / 1000) for x, y in points)
    assert parse_polygon(spell(parse_polygon([c for point in polygon for c in point]))) == polygon


def test_masks_are_named_or_one_or_a_list():
    named = {"a": {"coordinates": "0,0,1,0,1,1,0,1"}, "b": {"enabled": False, "coordinates": "0,0,1,1,1,0"}}
    assert parse_masks(named) == (SQUARE,)
    assert parse_masks("0,0,1,0,1,1,0,1") == (SQUARE,)
    assert parse_masks(["0,0,1,0,1,1,0,1", ""]) == (SQUARE,)
    assert parse_masks("") == ()


@pytest.mark.parametrize(
    "written,seconds", [("90s", 90), ("10m", 600), ("2h", 7200), ("1.5 h", 5400), ("1d", 86400), (5, 5)]
)
def test_durations(written, seconds):
    assert parse_duration(written) == seconds


@pytest.mark.parametrize(
    "host,answer",
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
    ],
)
def test_loopback_is_told_from_the_rest(host, answer):
    assert is_loopback(host) is answer


def test_detection_is_on_unless_it_is_switched_off(load_texts, camera_yaml):
    assert load_texts(camera_yaml).cameras["front"].detect.enabled
    assert not load_texts(camera_yaml + "    detect: {enabled: false}\n").cameras["front"].detect.enabled


def test_a_camera_that_is_switched_off_is_left_out_whatever_its_stream(load_texts, camera_yaml):
    text = camera_yaml.replace("rtsp://10.0.0.1/front", "exec:whatever") + "    enabled: false\n"
    assert load_texts(text).cameras == {}


def test_only_the_detect_input_has_to_be_a_stream_we_can_open(load_texts, camera_yaml):
    text = (
        camera_yaml
        + "        - {path: /dev/video0, roles: [record]}\n        - {path: 'exec:x', roles: [audio]}\n"
    )
    assert load_texts(text).cameras["front"].stream.get_secret_value() == "rtsp://10.0.0.1/front"


@pytest.mark.parametrize(
    "extra,problem",
    [
        ("    detect: {width: 640}\n", "a.yml:7:21: width: width and height go together; give both or none"),
        (
            "    detect: {fps: true story}\n",
            "a.yml:7:19: fps: should be a valid integer, unable to parse string as an integer",
        ),
        ("    friendly_name: 5\n", "a.yml:7:20: friendly_name: should be a text; put it in quotes"),
        ("    objects: {track: 5}\n", "a.yml:7:22: track: should be a list"),
        (
            "    zones: {z: {coordinates: '0,0,9,9'}}\n",
            "a.yml:7:30: coordinates: a polygon needs 3 to 1000 points: x,y,x,y,x,y...",
        ),
        ("    zones: {z: {inertia: 2}}\n", "a.yml:7:13: 'coordinates' is missing"),
        (
            "    zones: {z: {coordinates: '0,0,9,0,9,9'}}\n",
            "a.yml:7:30: coordinates: is in pixels, which needs detect.width and detect.height",
        ),
        (
            "    zones: {z: {coordinates: '0,0,1,0,1,1', objects: [car]}}\n",
            "a.yml:7:45: objects: 'car' is not tracked here; tracked are person",
        ),
        (
            "    motion: {mask: {m: {coordinates: '0,0'}}}\n",
            "a.yml:7:14: mask: a polygon needs 3 to 1000 points: x,y,x,y,x,y...",
        ),
        (
            "    objects: {filters: {person: {threshold: 70}}}\n",
            "a.yml:7:45: threshold: should be less than or equal to 1",
        ),
        (
            "        - {path: 'rtsp://h/2', roles: [detect]}\n",
            "a.yml:4:7: inputs: only one input can have the role detect",
        ),
    ],
)
def test_a_mistake_in_a_camera_is_told_with_its_place(problems_of, camera_yaml, extra, problem):
    assert problems_of(camera_yaml + extra) == [problem]


@pytest.mark.parametrize(
    "text,problem",
    [
        (
            "cameras: {a b: {enabled: false}}",
            "a.yml:1:11: a camera's name is made of letters, digits, '_' and '-'",
        ),
        ("cameras: {a: {}}", "a.yml:1:11: 'ffmpeg' is missing"),
        ("cameras: {a: {ffmpeg: {inputs: []}}}", "a.yml:1:24: inputs: one input needs the role detect"),
        ("mqtt: {port: 1883}", "a.yml:1:1: mqtt: needs a host, or enabled: false"),
        ("mqtt: {host: h, qos: 3}", "a.yml:1:22: qos: should be less than or equal to 2"),
        ("mqtt: {host: h, password: 1234}", "a.yml:1:27: password: should be a text; put it in quotes"),
        (
            "genai: {a: {provider: claude}}",
            (
                "a.yml:1:23: provider: should be 'openai', 'azure_openai', 'ollama', 'llamacpp', 'gemini' "
                "or 'gguf'"
            ),
        ),
        (
            "genai: {a: {provider: azure_openai}}",
            "a.yml:1:9: a: base_url must be an http:// or https:// address",
        ),
        (
            "genai: {a: {provider: openai, roles: [watch]}, b: {provider: openai, roles: [watch]}}",
            "a.yml:1:70: roles: another provider has the role watch already",
        ),
        (
            "genai: {a: {provider: openai, cameras: [porch]}}",
            "a.yml:1:41: cameras: there is no camera 'porch'",
        ),
        (
            "genai: {a: {provider: ollama, roles: [watch]}}\nfrigate_ext: {judge: {fallback: [b]}}",
            "a.yml:2:23: fallback: there is no provider 'b' in genai",
        ),
        (
            "genai: {a: {provider: ollama}, b: {provider: openai}}\nfrigate_ext: {judge: {fallback: [b]}}",
            (
                "a.yml:2:23: fallback: 'b' is remote and would be shown what is for 'a', which is local; "
                "say allow_remote_fallback: true if it may"
            ),
        ),
        (
            "genai: {a: {provider: gguf, model: a.gguf}}",
            "a.yml:1:9: a: provider_options.mmproj must be the path or address of a .gguf file",
        ),
        (
            "frigate_ext: {judge: {budget: {looks_per_day: 0}}}",
            "a.yml:1:47: looks_per_day: should be greater than or equal to 1",
        ),
        ("frigate_ext: {topic_prefix: a/#}", None),
        ("frigate_ext: {topic_prefix: /a}", None),
        ("frigate_ext: {topic_prefix: a//b}", None),
        ("frigate_ext: {topic_prefix: $SYS}", None),
        ("frigate_ext: {web: {host: 'no host'}}", "a.yml:1:27: host: must be a host name or an IP address"),
        ("frigate_ext: {web: {external_url: 'http://u:p@h'}}", None),
        ("frigate_ext: {bus: {endpoint: 'udp://h:1'}}", None),
        (
            "frigate_ext: {log_level: loud}",
            "a.yml:1:26: log_level: should be 'debug', 'info', 'warning' or 'error'",
        ),
        (
            "frigate_ext: {auth: {enabled: false}, web: {host: 0.0.0.0}}",
            "a.yml:1:31: enabled: false is only allowed where frigate_ext.web.host is a loopback address",
        ),
        ("frigate_ext: {streams: {porch: {loop: false}}}", "a.yml:1:25: streams: there is no camera 'porch'"),
        (
            NEIGHBOURS,
            "a.yml:2:53: neighbours: there is no such camera",
        ),
        (
            "mqtt: {host: h, topic_prefix: frigate_ext}",
            "a.yml:1:1: topic_prefix: is Frigate's own; on one broker each would hear the other",
        ),
    ],
)
def test_a_mistake_in_a_section_is_told_with_its_place(problems_of, text, problem):
    (found,) = problems_of(text)
    assert problem in {None, found}


def test_our_prefix_may_be_frigate_where_frigates_is_another(load_texts):
    config = load_texts("mqtt: {host: h, topic_prefix: nvr}\nfrigate_ext: {topic_prefix: frigate}")
    assert config.frigate_ext.topic_prefix == "frigate"


def test_no_broker_is_needed(load_texts):
    assert not load_texts("mqtt: {enabled: false}").mqtt.enabled


WATCH = "watches:\n  w:\n    camera: front\n    condition: a person is there\n"
"""After `camera_yaml` its lines are 7 to 10."""


@pytest.mark.parametrize(
    "extra,problem",
    [
        ("    labels: [cat]\n", "a.yml:11:5: labels: this camera does not track 'cat'; it tracks person"),
        ("    zones: [roof]\n", "a.yml:11:5: zones: this camera has no zone 'roof'; it has none"),
        ("    duration: soon\n", "a.yml:11:15: duration: must be a number of seconds from 1 to 3.16224e+07"),
        ("    mode: twice\n", "a.yml:11:11: mode: must be once or standing"),
        (
            "    schedule: [{from: '25:00'}]\n",
            "a.yml:11:5: schedule: '25:00' is no time of day; write it as HH:MM",
        ),
        ("    confirm: 2\n", "a.yml:11:14: confirm: should be a mapping"),
    ],
)
def test_a_mistake_in_a_watch_is_told_with_its_place(problems_of, camera_yaml, extra, problem):
    assert problems_of(camera_yaml + WATCH + extra) == [problem]


def test_a_watch_without_the_essentials_is_refused(problems_of, camera_yaml):
    assert problems_of(camera_yaml + "watches: {w: {}}\n") == [
        "a.yml:7:11: camera: say which camera: front",
        "a.yml:7:11: condition: say it in a few words; it is empty or not a text",
    ]


@pytest.mark.parametrize(
    "switch,why",
    [
        ("    enabled: false\n", "'front' is switched off (enabled: false)"),
        ("    detect: {enabled: false}\n", "detection is switched off for 'front' (detect.enabled: false)"),
    ],
)
def test_a_camera_that_is_switched_off_can_not_be_watched(problems_of, camera_yaml, switch, why):
    assert problems_of(camera_yaml + switch + WATCH) == [f"a.yml:10:13: camera: {why}"]


def test_a_camera_that_is_wrong_itself_is_not_blamed_on_its_watches(problems_of, camera_yaml):
    assert problems_of(camera_yaml + "    detect: {fps: 0}\n" + WATCH) == [
        "a.yml:7:19: fps: should be greater than or equal to 1"
    ]


def test_times_of_day_need_no_quotes(load_texts, camera_yaml):
    config = load_texts(
        camera_yaml + WATCH + "    schedule: [{days: [sat, sunday], from: 22:30, to: 6:00}]\n"
    )
    (window,) = config.watches[0].schedule
    assert (window.days, window.start, window.end) == (frozenset({5, 6}), 1350, 360)
