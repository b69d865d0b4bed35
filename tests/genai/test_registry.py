"""Who judges, in which order."""

import pytest

from frigate_ext.errors import JudgeMisconfiguredError
from genai.registry import build, build_judge, chain, choose
from genai.settings import JudgeSettings, Provider, ProviderSettings
from tests.genai.memory import DictMemory


def provider(name, *roles, kind=Provider.OLLAMA, cameras=None):
    return ProviderSettings(name=name, provider=kind, roles=roles, cameras=cameras)


def order(providers, *fallback, allow=False):
    settings = JudgeSettings(fallback=fallback, allow_remote_fallback=allow)
    return [member.name if member else "detector" for member in chain(providers, settings)]


LOCAL = provider("local", "watch")
CLOUD = provider("cloud", kind=Provider.OPENAI)


def test_the_role_watch_is_preferred_to_chat_wherever_it_stands():
    assert choose([provider("a", "chat"), provider("b", "descriptions", "watch")]).name == "b"


def test_without_watch_the_first_with_chat_serves():
    assert choose([provider("a", "embeddings"), provider("b", "chat"), provider("c", "chat")]).name == "b"


def test_without_either_no_model_judges():
    assert choose([provider("a", "descriptions")]) is None
    assert choose([]) is None


def test_the_chosen_provider_comes_first_and_alone_unless_others_are_named():
    providers = [provider("a", "chat"), provider("b", "chat"), LOCAL]
    assert order(providers) == ["local"]
    assert order(providers, "b", "detector", "a") == ["local", "b", "detector", "a"]


def test_without_any_provider_the_detector_judges():
    assert order([]) == ["detector"]


def test_a_provider_without_a_fitting_role_can_be_named():
    assert order([provider("a", "descriptions")], "a", "detector") == ["a", "detector"]


@pytest.mark.parametrize(
    "fallback,words",
    [
        (("nobody",), "no provider 'nobody'"),
        (("local",), "'local' is asked before already"),
        (("detector", "detector"), "'detector' is asked before already"),
    ],
)
def test_names_that_lead_nowhere_are_refused(fallback, words):
    with pytest.raises(JudgeMisconfiguredError, match=words):
        order([LOCAL], *fallback)


def test_a_provider_called_like_the_embedded_judge_could_not_be_told_from_it():
    with pytest.raises(JudgeMisconfiguredError, match="call the provider otherwise"):
        order([provider("detector", "watch")])
    assert order([provider("detector"), LOCAL]) == ["local"]


@pytest.mark.parametrize("first", [[LOCAL], []], ids=["provider", "detector"])
def test_what_is_for_a_local_judge_goes_to_no_remote_one_unless_allowed(first):
    fallback = ("cloud",) if first else ("detector", "cloud")
    with pytest.raises(JudgeMisconfiguredError, match="'cloud' is remote"):
        order([*first, CLOUD], *fallback)
    assert order([*first, CLOUD], *fallback, allow=True)[-1] == "cloud"


def test_a_local_provider_may_stand_in_for_a_remote_one():
    assert order([provider("cloud", "watch", kind=Provider.OPENAI), provider("local")], "local") == [
        "cloud",
        "local",
    ]


def test_providers_that_may_see_different_cameras_stand_in_for_nobody():
    indoors = provider("local", "watch", cameras=frozenset({"hall"}))
    street = provider("cloud", kind=Provider.OPENAI, cameras=frozenset({"street"}))
    assert order([indoors, street], "cloud") == ["local", "cloud"]


def test_a_judge_has_its_providers_name_and_wants_pictures():
    judge = build_judge(provider("porch-vlm", "watch"))
    judge.close()
    assert (judge.name, judge.wants_images) == ("porch-vlm", True)


def test_several_are_one_judge_with_the_first_ones_name():
    judge = build([LOCAL], JudgeSettings(fallback=("detector",)), DictMemory())
    judge.close()
    assert (judge.name, judge.wants_images) == ("local", True)
    assert judge.health().detail == "local: ok; detector: ok"


def test_the_detector_alone_wants_no_pictures():
    judge = build([], JudgeSettings(), DictMemory())
    assert (judge.name, judge.wants_images) == ("detector", False)
