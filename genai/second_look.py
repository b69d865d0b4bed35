"""When one look is not enough, because what decided it may be somebody's writing. Pure.

Text held up to a camera is data. A model that reads it can still be moved by it, so a verdict that may rest
on text, *unsure* too, is to be confirmed by the detector's facts, or by a second look in which none can be
read. What matters is text that

- speaks to the model or uses the words of its answer ("ignore", "verdict", "met"), or is a bare yes or no;
- repeats words of the condition or of the watched labels ("PARCEL"), or is long (four words and more), unless
  the condition itself asks for writing ("a van that says Smith", "the UPS truck"): a second look is then
  told in words what it says, those left out that speak to the model;
- is named by the reasoning or message as what says so, though no text was reported.

Dates, numbers, the camera's own name and short inscriptions (a lorry's, a house's) don't matter. A model that
was moved *and* reports no text is caught by the facts, or where these can't tell by the text finder, which
sees that there is some: `may_keep_quiet`.
"""

from __future__ import annotations

import re
import unicodedata

from frigate_ext.domain.verdict import Answer, Verdict
from genai.detector.condition import Condition, narrowed
from genai.detector.evaluate import evaluate
from genai.detector.grammar import read
from genai.judge import Question

LONG_TEXT = 4
"""Words; shorter inscriptions are everywhere."""
_TOLD = 20
"""Words of a text at most that a second look is told of."""
_MIN_STEM = 4
_ADDRESSING = re.compile(
    r"(un)?met|unsure|verdicts?|conf[ií]\w*|reasoning|answers?|repl(y|ies)|output|print|say|report|json|true|"
    r"false|disregard|override|prompts?|systeme?|assistant|ai|llm|gpt|alarm\w*|alert\w*|owner|user|previous|"
    r"ignor\w*|forget|vergiss|vergeet|oubli\w*|olvid\w*|dimentic\w*|esqueç\w*|zignoruj\w*|negeer\w*|"
    r"игнор\w*|ігнор\w*|"
    r"respon\w*|r[eé]pon\w*|rispo\w*|respost\w*|antwo\w*|svar\w*|odpowie\w*|cevap\w*|yanıt\w*|"
    r"ответ\w*|відпов\w*|"
    r"condi\w*|bedingung\w*|voorwaard\w*|villkor\w*|betingels\w*|warunek|koşul\w*|"
    r"услов\w*|умов\w*|"
    r"(un)?erfüllt|(in)?soddisfatt\w*|cumpl\w*|cumprid\w*|rempli\w*|voldaan|uppfyll\w*|opp?fyl\w*|"
    r"(nie)?spełnion\w*|выполн\w*|виконан\w*|"
    r"instru\w*|anweisung\w*|befehl\w*|rules?|regel\w*|regler\w*|r[eè]gles?|regla[ns]?|regol[ae]|regras?|"
    r"zasad\w*|kural\w*|правил\w*|model\w*|mod[eè]le|melde\w*|sage?"
)
"""Of the answer's words and of orders, in some languages; in others its length betrays a longer text."""
_ANSWERS = re.compile(r"yes|no|okay|ok|not|ja|nein|oui|non|si|sí|sim|não|tak|nie|da|nej|nee|evet|hayır")
_COMMON = re.compile(r"there|this|that|with|from|when|some(body|one)?|any(body|one)|into|onto|near")
_OF_WRITING = re.compile(
    r"\b(dhl|ups|usps|fedex|amazon|dpd|gls|tnt|hermes|evri|inpost|postnl|bpost|correos|chronopost|colissimo|"
    r"signs?|texts?|writing|written|words?|letters?|says|reads|inscriptions?|label(?:l?ed)?|notes?|papers?|"
    r"placards?|posters?|banners?|screens?|plates?|logos?|instruct\w*|claims|"
    r"schild\w*|schrift\w*|aufschrift\w*|beschrift\w*|zettel\w*|plakat\w*|bildschirm\w*|geschrieben\w*|"
    r"kennzeichen|panneau\w*|pancarte\w*|textes?|[eé]cri\w*|affiche\w*|[eé]cran\w*|"
    r"cartel\w*|cartaz\w*|letrero\w*|textos?|escri\w*|pantalla\w*|palabras?|palavras?|matr[ií]cula|"
    r"scritt\w*|testo|schermo|parole|targ[ah]e?|bordjes?|tekst\w*|geschreven|briefje|scherm\w*|"
    r"napis\w*|tabliczk\w*|ekran\w*|skylt\w*|skilt\w*|skärm\w*|yazı\w*|tabela\w*|"
    r"надпис\w*|текст\w*|таблич\w*|"
    r"напис\w*|экран\w*)\b|"
    r"文字|牌子|标志|標識|看板|写着|書か|글자|표지",
    re.IGNORECASE,
)
"""In the languages that watches are most often answered in; and names that only writing tells."""


def rests_on_text(verdict: Verdict, question: Question) -> bool:
    """Whether a second look without the text must confirm the verdict before anything follows from it.

    Not where the detector's facts say the same.
    """
    return _text_matters(verdict, question) and facts(question) is not verdict.answer


def contradicts_facts(verdict: Verdict, question: Question) -> bool:
    """Whether the detector fully understands the condition and its facts say the opposite."""
    known = facts(question)
    return known is not None and verdict.answer is not Answer.UNSURE and known is not verdict.answer


def may_keep_quiet(verdict: Verdict, question: Question) -> bool:
    """Whether nothing but the picture itself can tell that no writing has moved the model.

    It reports none, the condition asks for none, and the facts can't confirm what it says.
    """
    silent = not verdict.text_seen.strip() and not asks_for_writing(question.condition)
    return silent and facts(question) is not verdict.answer


def facts(question: Question) -> Answer | None:
    """What the tracked objects themselves answer; None where the condition asks for more than they tell."""
    condition = read(question.condition, question.camera)
    if not isinstance(condition, Condition):
        return None
    finding = evaluate(narrowed(condition, question.labels, question.zones), question.objects)
    return None if finding.answer is Answer.UNSURE else finding.answer


def asks_for_writing(condition: str) -> bool:
    """Whether a condition is about what somebody has written."""
    return bool(_OF_WRITING.search(condition))


def harmless_words(verdict: Verdict) -> str:
    """The text that was seen, in lower case, without the words that speak to the model."""
    words = [word for word in _words(verdict.text_seen) if not _speaks_to_model(word)]
    return " ".join(words[:_TOLD])


def _text_matters(verdict: Verdict, question: Question) -> bool:
    asked_for = asks_for_writing(question.condition)
    own = {*_words(question.camera.name), *_words(question.camera.friendly_name)}
    words = [word for word in _words(verdict.text_seen) if word not in own]
    if not words:
        return not asked_for and bool(_OF_WRITING.search(f"{verdict.reasoning} {verdict.message}"))
    if any(map(_ADDRESSING.fullmatch, words)) or all(map(_speaks_to_model, words)):
        return True
    return not asked_for and (len(words) >= LONG_TEXT or _echoes(words, question))


def _speaks_to_model(word: str) -> bool:
    return bool(_ADDRESSING.fullmatch(word) or _ANSWERS.fullmatch(word))


def _echoes(words: list[str], question: Question) -> bool:
    """Whether a word of the text is one of the condition's or a label, but for its ending."""
    asked = [word for text in (question.condition, *question.labels) for word in _words(text)]
    stems = [word for word in asked if len(word) >= _MIN_STEM and not _COMMON.fullmatch(word)]
    long = [word for word in words if len(word) >= _MIN_STEM]
    return any(word.startswith(stem) or stem.startswith(word) for word in long for stem in stems)


def _words(text: str) -> list[str]:
    """Words of letters, in lower case; what belongs to no alphabet (kanji ...) counts by the character."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,}", plain)
