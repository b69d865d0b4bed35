import re
import threading

import pytest

from frigate_ext.errors import InvalidRequestError, TooManyAttemptsError
from web import passwords
from web.passwords import CONCURRENT, Passwords, make_password


def test_a_password_matches_its_hash_alone():
    kept = Passwords()
    hashed = kept.hash("correct horse")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept.matches(hashed, "correct horse")
    assert not kept.matches(hashed, "correct horsf")
    assert not kept.matches("no hash at all", "correct horse")


def test_nobody_has_no_password_and_is_hashed_for_all_the_same(monkeypatch):
    kept, verified = Passwords(), []
    verify = kept._hasher.verify
    monkeypatch.setattr(
        type(kept._hasher), "verify", lambda self, *given: verified.append(given[0]) or verify(*given)
    )
    assert not kept.matches(None, "anything")
    assert not kept.matches(None, "")
    assert [hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for hashed in verified] == [True, True]


@pytest.mark.parametrize("password", ["", "1234567", "x" * 257, "with\0zero"])
def test_what_can_not_be_a_password_is_refused(password):
    with pytest.raises(InvalidRequestError, match="8 to 256"):
        Passwords().hash(password)


def test_few_hashes_are_made_at_once(monkeypatch):
    monkeypatch.setattr(passwords, "_PATIENCE", 0.0)
    kept = Passwords()
    for _ in range(CONCURRENT):
        assert kept._turns.acquire(blocking=False)
    with pytest.raises(TooManyAttemptsError):
        kept.matches(None, "anything")
    kept._turns.release()
    answers = []
    thread = threading.Thread(target=lambda: answers.append(kept.matches(None, "anything")))
    thread.start()
    thread.join(10)
    assert answers == [False]


def test_made_passwords_are_long_random_and_typable():
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){3}[a-hj-km-np-z2-9]{4}", password) for password in made)
