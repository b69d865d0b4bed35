"""Which provider judges."""

from genai.registry import build_judge, choose
from genai.settings import Provider, ProviderSettings


def provider(name, *roles):
    return ProviderSettings(name=name, provider=Provider.OLLAMA, roles=roles)


def test_the_role_watch_is_preferred_to_chat_wherever_it_stands():
    assert choose([provider("a", "chat"), provider("b", "descriptions", "watch")]).name == "b"


def test_without_watch_the_first_with_chat_serves():
    assert choose([provider("a", "embeddings"), provider("b", "chat"), provider("c", "chat")]).name == "b"


def test_without_either_no_model_judges():
    assert choose([provider("a", "descriptions")]) is None
    assert choose([]) is None


def test_a_judge_has_its_providers_name_and_wants_pictures():
    judge = build_judge(provider("porch-vlm", "watch"))
    judge.close()
    assert (judge.name, judge.wants_images) == ("porch-vlm", True)
