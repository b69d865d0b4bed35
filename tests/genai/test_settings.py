"""From what people write to addresses and request bodies."""

import pytest

from frigate_ext.errors import JudgeMisconfiguredError
from genai.settings import Address, Provider, ProviderSettings, address, body_options, check


def given(provider, base_url=None, **settings):
    return ProviderSettings(name="p", provider=Provider(provider), base_url=base_url, **settings)


@pytest.mark.parametrize(
    "provider,base_url,url",
    [
        ("openai", None, "https://api.openai.com/v1"),
        ("openai", "https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
        ("ollama", None, "http://localhost:11434/v1"),
        ("ollama", "http://nas:11434", "http://nas:11434/v1"),
        ("ollama", "http://nas:11434/", "http://nas:11434/v1"),
        ("ollama", "http://nas:11434/v1/", "http://nas:11434/v1"),
        ("llamacpp", "http://[::1]:8080", "http://[::1]:8080/v1"),
        ("llamacpp", " http://nas/llama/v1 ", "http://nas/llama/v1"),
        ("gemini", None, "https://generativelanguage.googleapis.com/v1beta/openai"),
        ("azure_openai", "https://me.openai.azure.com", "https://me.openai.azure.com/openai/v1"),
    ],
)
def test_an_address_is_completed(provider, base_url, url):
    assert address(given(provider, base_url)) == Address(url)


def test_azures_dated_api_is_recognised_by_its_version():
    url = "https://me.openai.azure.com/openai?api-version=2025-01-01-preview"
    assert address(given("azure_openai", url)) == Address("https://me.openai.azure.com", "2025-01-01-preview")


def test_frigates_base_url_inside_provider_options_is_honoured():
    settings = given("openai", provider_options={"base_url": "http://nas:9000/v1"})
    assert address(settings).base_url == "http://nas:9000/v1"
    assert body_options(settings) == {}


@pytest.mark.parametrize(
    "base_url",
    [
        "ftp://nas",
        "nas:8080",
        "http:///v1",
        "http://[::1",
        "http://nas:99999",
        "http://nas:x",
        "http://a b",
        "http://\0",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(base_url):
    with pytest.raises(JudgeMisconfiguredError, match="base_url") as caught:
        address(given("llamacpp", base_url))
    assert base_url not in str(caught.value)


def test_azure_needs_an_address():
    with pytest.raises(JudgeMisconfiguredError, match="base_url"):
        address(given("azure_openai"))


def test_ollamas_options_are_lifted_to_where_its_openai_endpoint_wants_them():
    options = {"options": {"temperature": 0.5, "seed": 1}, "keep_alive": "1h", "seed": 2}
    assert body_options(given("ollama", provider_options=options)) == {
        "temperature": 0.5,
        "seed": 2,
        "keep_alive": "1h",
    }


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": "ключ"},
        {"api_key": "sk-1\n"},
        {"provider_options": {"default_headers": "X: 1"}},
        {"provider_options": {"default_headers": {"X": 1}}},
        {"provider_options": {"organization": 5}},
        {"provider_options": {"x": object()}},
        {"request_options": {"temperature": float("nan")}},
    ],
)
def test_what_could_not_be_sent_is_refused_at_once(settings):
    with pytest.raises(JudgeMisconfiguredError):
        check(given("llamacpp", **settings))
