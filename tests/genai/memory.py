"""What judges know of their past, for tests: in a dict."""

from dataclasses import dataclass, field

from genai.account import Account
from genai.budget import Spent

FREE = Account("vlm")


@dataclass
class DictMemory:
    """Implements `genai.scout.Memory`."""

    findings: dict = field(default_factory=dict)
    payments: list[Spent] = field(default_factory=list)

    def spent(self):
        return self.payments

    def paid(self, paid, at):
        self.payments += [Spent(at=at, judged_by=name, tokens=tokens) for name, tokens in paid]

    def recall(self, key):
        return self.findings.get(key)

    def remember(self, key, found, at):
        self.findings[key] = (found, at)
