from frigate_ext.runtime.backoff import Backoff


def test_the_first_retry_is_immediate_then_waits_double_up_to_the_cap():
    backoff = Backoff(first=1.0, cap=8.0)
    assert [backoff.next_delay() for _ in range(6)] == [0.0, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_after_a_reset_the_next_retry_is_immediate_again():
    backoff = Backoff()
    backoff.next_delay()
    backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() == 0.0
