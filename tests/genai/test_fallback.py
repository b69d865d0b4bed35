"""Several judges as one."""

import logging
import threading
import time
from dataclasses import dataclass, field, replace

import pytest

from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.errors import BadReplyError, JudgeMisconfiguredError, JudgeUnavailableError
from frigate_ext.runtime.clock import Deadline, ManualClock
from frigate_ext.runtime.health import PartHealth, PartState
from genai.account import Account
from genai.budget import BudgetLimits
from genai.detector.judge import DetectorJudge
from genai.fallback import FallbackJudge
from genai.judge import BUDGET_SPENT, CALLED_OFF, Judgement
from genai.member import PERSON_SECONDS, Member
from genai.openai_judge import VlmJudge
from genai.purse import Purse
from genai.settings import Provider, ProviderSettings


@dataclass
class ScriptedJudge:
    """Raises what it is told to, in order, and answers when there is nothing left."""

    name: str
    errors: list = field(default_factory=list)
    wants_images: bool = True
    tokens: int = 100
    asked: int = 0
    closed: bool = False

    def judge(self, question, deadline):
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        verdict = Verdict(
            answer=Answer.MET,
            confidence=1.0,
            reasoning="",
            frame_time=question.frame_time,
            judged_by=self.name,
        )
        return Judgement(verdict=verdict, model="m", latency=0.0, tokens=self.tokens)

    def health(self):
        return PartHealth(PartState.OK)

    def close(self):
        self.closed = True


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def local():
    return ScriptedJudge("local")


@pytest.fixture
def cloud():
    return ScriptedJudge("cloud")


@pytest.fixture
def both(local, cloud, clock):
    return FallbackJudge([Member(local), Member(cloud)], clock=clock)


def refused(name="local"):
    return JudgeUnavailableError(f"{name}: nothing listens at its address", kind="refused")


def busy_server(retry_after):
    return JudgeUnavailableError("local: too many requests", kind="rate_limited", retry_after=retry_after)


def who(judge, question, seconds=10.0):
    return judge.judge(question, Deadline(seconds)).verdict.judged_by


def test_the_first_answers_and_the_others_are_not_asked(both, local, cloud, question):
    assert who(both, question) == "local"
    assert (local.asked, cloud.asked) == (1, 0)
    assert (both.name, both.wants_images) == ("local", True)


@pytest.mark.parametrize(
    "error",
    [refused(), JudgeMisconfiguredError("local: the key"), BadReplyError("local: no verdict")],
    ids=["away", "misconfigured", "unreadable"],
)
def test_where_the_first_gives_no_verdict_the_next_does_and_says_so(both, local, question, error):
    local.errors = [error]
    assert who(both, question) == "cloud"


def test_when_nobody_answers_every_reason_is_told(both, local, cloud, question):
    local.errors, cloud.errors = (
        [refused()],
        [JudgeMisconfiguredError("cloud: the server refuses the API key")],
    )
    with pytest.raises(JudgeUnavailableError) as caught:
        who(both, question)
    assert str(caught.value) == (
        "local: nothing listens at its address; cloud: the server refuses the API key"
    )
    assert caught.value.kind == "refused"


def test_unreadable_by_one_and_away_the_other_is_unreadable_so_that_it_is_not_asked_for_ever(
    both, local, cloud, question
):
    prose = BadReplyError("local: prose")
    prose.reply = "Once upon a time"
    local.errors, cloud.errors = [prose], [refused("cloud")]
    with pytest.raises(BadReplyError, match="prose; cloud: nothing") as caught:
        who(both, question)
    assert caught.value.reply == "Once upon a time"


def test_who_keeps_failing_is_left_alone_until_a_probe_finds_it_back(both, local, cloud, clock, question):
    local.errors = [refused(), refused()]
    assert [who(both, question) for _ in range(5)] == ["cloud"] * 5
    assert local.asked == 2
    clock.advance(3.0)
    assert [who(both, question) for _ in range(2)] == ["local", "local"]


def test_a_look_that_others_can_answer_does_not_find_out_whether_somebody_is_back(
    local, cloud, clock, question
):
    heard = []
    judge = FallbackJudge([Member(local, probe=heard.append), Member(cloud)], clock=clock)
    local.errors = [refused(), refused()]
    assert [who(judge, question) for _ in range(2)] == ["cloud"] * 2
    clock.advance(3.0)
    assert [who(judge, question) for _ in range(3)] == ["cloud"] * 3
    assert (local.asked, len(heard)) == (2, 1)

    heard.pop()(refused())
    clock.advance(3.0)
    assert (who(judge, question), heard) == ("cloud", [])
    clock.advance(3.0)
    assert (who(judge, question), len(heard)) == ("cloud", 1)
    heard.pop()(None)
    assert who(judge, question) == "local"


def test_a_probe_that_nobody_could_pay_for_is_sent_again(local, cloud, clock, question):
    heard = []
    judge = FallbackJudge([Member(local, probe=heard.append), Member(cloud)], clock=clock)
    local.errors = [refused(), refused()]
    [who(judge, question) for _ in range(2)]
    clock.advance(3.0)
    who(judge, question)
    heard.pop()(JudgeUnavailableError("local: its looks are spent", kind=BUDGET_SPENT))
    assert (who(judge, question), len(heard)) == ("cloud", 1)


def test_with_nobody_else_to_answer_the_look_itself_finds_out(local, clock, question):
    heard = []
    judge = FallbackJudge([Member(local, probe=heard.append)], clock=clock)
    local.errors = [refused(), refused()]
    for _ in range(2):
        with pytest.raises(JudgeUnavailableError):
            who(judge, question)
    clock.advance(3.0)
    assert (who(judge, question), heard) == ("local", [])


def test_a_model_that_hangs_again_holds_up_no_look(model_server, cloud, clock, question):
    answers = model_server.behaviour
    model_server.behaviour = lambda handler, asked: model_server.wait(30.0)
    settings = ProviderSettings(
        name="local", provider=Provider.LLAMACPP, base_url=model_server.url, model="m", total_timeout=0.2
    )
    local = VlmJudge(settings)
    judge = FallbackJudge([Member(local, probe=local.probe), Member(cloud)], clock=clock)
    assert who(judge, question) == "cloud"
    clock.advance(31.0)
    model_server.arrived.clear()
    assert who(judge, question) == "cloud"
    assert model_server.arrived.wait(5.0)
    assert who(judge, question) == "cloud"
    assert len(model_server.asked) == 2

    model_server.behaviour = answers
    model_server.released.set()
    deadline = Deadline(5.0)
    while who(judge, question) != "local":
        clock.advance(31.0)
        assert not deadline.passed
        threading.Event().wait(0.02)
    judge.close()


def test_one_that_lets_a_look_wait_in_vain_is_left_alone_from_the_first_time_on(
    both, local, cloud, clock, question
):
    def hang(question, deadline):
        local.asked += 1
        clock.advance(20.0)
        raise JudgeUnavailableError("local: no reply within 20 s", kind="timeout")

    local.judge = hang
    assert [who(both, question) for _ in range(5)] == ["cloud"] * 5
    assert local.asked == 1
    clock.advance(19.0)
    assert (who(both, question), local.asked) == ("cloud", 1)
    clock.advance(1.0)
    assert (who(both, question), local.asked) == ("cloud", 2)


def test_a_question_that_is_called_off_is_put_to_nobody_else(both, local, cloud, question):
    deadline = Deadline(10.0)

    def give_up(question, deadline):
        deadline.call_off()
        raise JudgeUnavailableError("local: called off", kind=CALLED_OFF)

    local.judge = give_up
    with pytest.raises(JudgeUnavailableError) as caught:
        both.judge(question, deadline)
    assert (caught.value.kind, cloud.asked) == (CALLED_OFF, 0)
    assert both.health().state is PartState.OK


def test_while_all_are_left_alone_the_reason_and_the_time_are_told(local, clock, question):
    judge = FallbackJudge([Member(local)], clock=clock)
    local.errors = [refused(), refused()]
    for _ in range(2):
        with pytest.raises(JudgeUnavailableError):
            who(judge, question)
    with pytest.raises(
        JudgeUnavailableError, match="nothing listens at its address, asked again in"
    ) as caught:
        who(judge, question)
    assert caught.value.kind == "circuit_open"
    assert 1.0 <= caught.value.retry_after <= 3.0
    assert local.asked == 2


def test_health_names_each_and_says_when_it_is_asked_again(both, local, clock, question):
    assert both.health() == PartHealth(PartState.OK, "local: ok; cloud: ok")
    local.errors = [busy_server(40.0)]
    who(both, question)
    health = both.health()
    assert health.state is PartState.DEGRADED
    assert health.detail == "local: local: too many requests, asked again in 40 s; cloud: ok"


def test_one_that_needs_a_person_is_left_alone_for_a_while(both, local, clock, question):
    local.errors = [JudgeMisconfiguredError("local: the key")]
    who(both, question)
    clock.advance(PERSON_SECONDS - 1)
    assert who(both, question) == "cloud"
    clock.advance(2)
    assert who(both, question) == "local"


def test_an_answer_says_why_it_is_not_the_first_ones(both, local, question):
    local.errors = [refused()]
    assert str(both.judge(question, Deadline(10.0)).instead) == str(refused())


def test_an_answer_of_the_first_one_is_instead_of_nobodys(both, question):
    assert both.judge(question, Deadline(10.0)).instead is None


def test_a_short_retry_after_is_waited_for(both, local, question):
    local.errors = [busy_server(0.01)]
    assert who(both, question) == "local"
    assert local.asked == 2


def test_a_long_retry_after_is_kept_and_the_next_asked(both, local, clock, question):
    local.errors = [busy_server(120.0)]
    assert who(both, question) == "cloud"
    clock.advance(119.0)
    assert who(both, question) == "cloud"
    clock.advance(1.0)
    assert who(both, question) == "local"
    assert local.asked == 2


def test_a_server_that_fails_is_asked_once_more_and_not_again(both, local, question):
    local.errors = [JudgeUnavailableError("local: HTTP 500", kind="server_error") for _ in range(2)]
    assert who(both, question) == "cloud"
    assert local.asked == 2


def test_without_the_time_for_it_nobody_is_asked_again(both, local, cloud, question):
    local.errors = [busy_server(0.01)]
    with pytest.raises(JudgeUnavailableError, match="too many"):
        who(both, question, seconds=0.5)
    assert (local.asked, cloud.asked) == (1, 0)


def test_closing_ends_the_wait_for_another_try_and_closes_all(both, local, cloud, question):
    local.errors = [busy_server(5.0), refused()]
    cloud.errors = [refused("cloud")]
    failed = threading.Event()

    def ask():
        with pytest.raises(JudgeUnavailableError):
            who(both, question, seconds=60.0)
        failed.set()

    thread = threading.Thread(target=ask, name="asker")
    thread.start()
    both.close()
    started = time.monotonic()
    assert failed.wait(3.0)
    assert time.monotonic() - started < 3.0
    thread.join()
    assert local.closed
    assert cloud.closed


def test_being_busy_with_other_looks_is_no_failure(local, clock, question):
    judge = FallbackJudge([Member(local)], clock=clock)
    local.errors = [JudgeUnavailableError("local: busy", kind="busy") for _ in range(5)]
    for _ in range(5):
        with pytest.raises(JudgeUnavailableError, match="busy"):
            who(judge, question)
    assert who(judge, question) == "local"


def test_a_crash_of_a_judge_does_not_leave_the_circuit_half_open(both, local, clock, question):
    local.errors = [refused(), refused(), ZeroDivisionError()]
    who(both, question)
    who(both, question)
    clock.advance(3.0)
    with pytest.raises(ZeroDivisionError):
        who(both, question)
    assert who(both, question) == "local"


def test_a_camera_is_shown_only_to_those_who_may_see_it(local, cloud, question):
    judge = FallbackJudge([Member(local, cameras=["garden"]), Member(cloud)])
    assert who(judge, question) == "cloud"
    assert local.asked == 0


def test_a_camera_that_nobody_may_see_needs_a_person(local, question):
    judge = FallbackJudge([Member(local, cameras=["garden"])])
    with pytest.raises(JudgeMisconfiguredError, match="may see the camera front"):
        who(judge, question)


@pytest.fixture
def with_detector(local, clock):
    detector = DetectorJudge()
    member = Member(
        detector, answers=lambda asked: detector.understands(asked.condition, asked.camera) is None
    )
    return FallbackJudge([Member(local), member], clock=clock)


def test_the_detector_stands_in_for_what_it_understands(with_detector, local, question):
    local.errors = [refused()]
    assert who(with_detector, replace(question, condition="a person on the porch")) == "detector"


def test_the_detector_does_not_hide_that_the_model_is_away_from_a_condition_it_does_not_understand(
    with_detector, local, question
):
    local.errors = [refused()]
    with pytest.raises(JudgeUnavailableError, match="nothing listens"):
        who(with_detector, replace(question, condition="somebody looks sad"))


def limited(judge, **limits):
    return Member(judge, account=Account(judge.name, [Purse(judge.name, BudgetLimits(**limits))]))


def test_when_the_budget_is_spent_the_next_answers_until_there_is_more(local, cloud, clock, question):
    judge = FallbackJudge([limited(local, looks_per_minute=2), Member(cloud)], clock=clock)
    assert [who(judge, question) for _ in range(4)] == ["local", "local", "cloud", "cloud"]
    clock.advance(62.0)
    assert who(judge, question) == "local"


def test_a_spent_budget_says_when_there_is_more_in_health_and_in_the_log_once(local, clock, question, caplog):
    judge = FallbackJudge([limited(local, tokens_per_day=100)], clock=clock)
    who(judge, question)
    for _ in range(3):
        with pytest.raises(JudgeUnavailableError, match="100 tokens per day are spent") as caught:
            who(judge, question)
    assert caught.value.kind == "budget"
    assert 86_400 < caught.value.retry_after <= 86_400 + 1440
    assert judge.health().state is PartState.DEGRADED
    assert "local: its 100 tokens per day are spent" in judge.health().detail
    assert len(caplog.records) == 1


def test_looks_that_nobody_answered_cost_nothing(local, clock, question):
    judge = FallbackJudge([limited(local, looks_per_day=1)], clock=clock)
    local.errors = [refused()]
    with pytest.raises(JudgeUnavailableError, match="nothing listens"):
        who(judge, question)
    assert who(judge, question) == "local"


@pytest.mark.parametrize(
    "error",
    [BadReplyError("local: prose"), JudgeUnavailableError("local: no reply", kind="timeout")],
    ids=["unreadable", "late"],
)
def test_looks_that_the_model_worked_on_cost_whatever_came_of_them(local, clock, question, error):
    judge = FallbackJudge([limited(local, looks_per_day=1)], clock=clock)
    local.errors = [error]
    with pytest.raises(type(error)):
        who(judge, question)
    with pytest.raises(JudgeUnavailableError, match="1 looks per day are spent"):
        who(judge, question)


def test_a_common_budget_is_spent_by_all_and_refused_looks_do_not_touch_the_own_one(
    local, cloud, clock, question
):
    common = Purse("all providers", BudgetLimits(looks_per_minute=3))
    own = Purse("local", BudgetLimits(looks_per_hour=4))
    members = [
        Member(local, account=Account("local", [own, common])),
        Member(cloud, account=Account("cloud", [common])),
    ]
    judge = FallbackJudge(members, clock=clock)
    for _ in range(3):
        who(judge, question)
    for _ in range(5):
        with pytest.raises(JudgeUnavailableError, match="all providers: its 3 looks per minute"):
            who(judge, question)
    clock.advance(62.0)
    assert who(judge, question) == "local"
    assert who(judge, question) == "cloud"


def test_threads_together_do_not_exceed_a_budget(local, cloud, clock, question):
    judge = FallbackJudge([limited(local, looks_per_day=5), Member(cloud)], clock=clock)
    threads = [
        threading.Thread(target=lambda: [who(judge, question) for _ in range(5)], name=f"asker-{n}")
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5.0)
    assert (local.asked, cloud.asked) == (5, 35)


def test_each_change_of_who_answers_is_logged_once(both, local, clock, question, caplog):
    caplog.set_level(logging.INFO, "genai.fallback")
    local.errors = [refused(), refused()]
    for _ in range(4):
        who(both, question)
    clock.advance(3.0)
    for _ in range(3):
        who(both, question)
    assert [record.message for record in caplog.records] == [
        "front: cloud answers now, for this reason: local: nothing listens at its address",
        "front: local answers again",
    ]


def test_many_threads_send_one_probe(local, cloud, clock, question):
    judge = FallbackJudge([Member(local), Member(cloud)], clock=clock)
    local.errors = [refused(), refused()]
    who(judge, question)
    who(judge, question)
    clock.advance(3.0)
    local.errors = [refused()]
    threads = [threading.Thread(target=who, args=(judge, question), name=f"asker-{n}") for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5.0)
    assert local.asked == 3


def test_a_real_server_that_fails_is_stood_in_for_and_comes_back(model_server, clock, question):
    settings = ProviderSettings(
        name="vlm", provider=Provider.LLAMACPP, base_url=model_server.url, model="tiny-vlm"
    )
    spare = ScriptedJudge("spare")
    judge = FallbackJudge([Member(VlmJudge(settings)), Member(spare)], clock=clock)
    try:
        answers = model_server.behaviour
        model_server.send({"error": {"message": "overloaded"}}, status=429, headers=(("Retry-After", "30"),))
        assert who(judge, question) == "spare"
        assert judge.health().state is PartState.DEGRADED
        assert "vlm: rate_limited: vlm: too many requests: overloaded" in judge.health().detail
        model_server.behaviour = answers
        assert who(judge, question) == "spare"
        clock.advance(31.0)
        assert who(judge, question) == "vlm"
        assert judge.health().state is PartState.OK
    finally:
        judge.close()
