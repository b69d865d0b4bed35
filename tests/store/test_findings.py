"""What models were found to do."""


def test_what_was_found_is_kept_until_something_else_is(store):
    assert store.findings.get("a") is None
    store.findings.put("a", '{"vision":true}', 100.0)
    store.findings.put("b", "{}", 150.0)
    store.findings.put("a", '{"vision":false}', 200.0)
    assert store.findings.get("a") == ('{"vision":false}', 200.0)
    assert store.findings.get("b") == ("{}", 150.0)
