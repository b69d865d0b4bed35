"""Whether a provider is in the house."""

import pytest

from genai.locality import is_local
from genai.settings import Provider, ProviderSettings


def at(url, provider=Provider.LLAMACPP):
    return ProviderSettings(name="a", provider=provider, base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080",
        "http://localhost:11434/v1",
        "http://192.168.1.30:8080",
        "http://10.0.0.2",
        "http://172.20.0.5",
        "http://[::1]:8080",
        "http://[fd00::5]",
        "http://[fe80::1%25eth0]:80",
        "http://[::ffff:192.168.1.30]",
        "http://ollama:11434",
        "http://gpu.local",
        "http://gpu.home.arpa.",
    ],
)
def test_what_can_only_be_reached_from_here_is_local(url):
    assert is_local(at(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1",
        "http://8.8.8.8",
        "http://[2001:4860:4860::8888]",
        "http://[::ffff:8.8.8.8]",
        "http://134744072",
        "http://0x08080808",
        "http://local.example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@8.8.8.8/",
        "http://192.168.1.30.nip.io",
    ],
)
def test_everything_else_is_remote(url):
    assert not is_local(at(url))


@pytest.mark.parametrize(
    "provider,local",
    [(Provider.OPENAI, False), (Provider.GEMINI, False), (Provider.OLLAMA, True), (Provider.LLAMACPP, True)],
)
def test_without_an_address_a_provider_is_where_it_lives_by_default(provider, local):
    assert is_local(at(None, provider)) is local
