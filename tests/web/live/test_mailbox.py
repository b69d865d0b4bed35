from hypothesis import given
from hypothesis import strategies as st

from web.live.mailbox import Mailbox
from web.live.message import Message

messages = st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=30)


def drained(mailbox):
    while (message := mailbox.take()) is not None:
        yield message


def test_of_what_only_the_newest_counts_the_newest_is_kept_in_its_place():
    mailbox = Mailbox()
    for topic, body in (("porch/objects", "1"), ("job", "x"), ("porch/objects", "2")):
        mailbox.put(Message(topic, body, kept=topic == "job"))
    assert [(m.topic, m.body) for m in drained(mailbox)] == [("porch/objects", "2"), ("job", "x")]


def test_what_counts_is_kept_until_there_is_no_room():
    mailbox = Mailbox(max_kept=2)
    assert [mailbox.put(Message("job", str(n), kept=True)) for n in range(3)] == [True, True, False]
    assert mailbox.put(Message("stats", ""))
    assert mailbox.take().body == "0"
    assert mailbox.put(Message("job", "3", kept=True))


@given(put=messages)
def test_everything_that_counts_comes_out_in_order_and_the_last_of_the_rest(put):
    mailbox = Mailbox()
    for number, (topic, kept) in enumerate(put):
        mailbox.put(Message(topic, str(number), kept=kept))
    taken = list(drained(mailbox))
    assert [int(m.body) for m in taken if m.kept] == [n for n, (_, kept) in enumerate(put) if kept]
    last = {topic: n for n, (topic, kept) in enumerate(put) if not kept}
    assert {m.topic: int(m.body) for m in taken if not m.kept} == last


def test_a_message_is_written_out_once_and_as_frigate_does():
    message = Message("watch/1/look", {"id": 1})
    assert message.text == '{"topic":"watch/1/look","payload":"{\\"id\\":1}"}'
    assert message.text is message.text
