"""A competition through the pages, from its first draft to the signed contract.

A coordinator, a decision maker, a committee of two and three providers of the demo prepare, invite, ask, change,
tender, open, judge, decide and sign. The third provider does everything on a phone, in English.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from docs.walks.tendering import FIRST, MEMBERS, OPENING, SECOND, SIGNING, TENDERS, THIRD, Tendering
from docs.walks.walk import CHIEF, CLERK, EXPERT, Later, PageFactory

#: The steps in order, and what each picture shows.
STEPS = {
    "01-begin": "The coordinator begins: everything that the category has published is copied.",
    "02-lots": "A lot is a contract: its maximum quantity and its price table.",
    "03-criteria": "The published criteria made more precise, within their published weights.",
    "04-mistake": "The parts of a criterion weigh more than was published: the page says what and where.",
    "05-committee": "Two people open and evaluate.",
    "06-check": "The last page names what is missing, with the way to mend it.",
    "07-send": "The decision maker reads who is invited and until when, and sends; the preparer cannot.",
    "08-invited": "A provider's desk: the invitation, with its last day.",
    "09-stranger": "A provider that is not admitted here reads exactly why it cannot tender.",
    "10-question": "A provider asks; nobody is told who.",
    "11-answer": "The coordinator answers everybody at once.",
    "12-amend": "A material change: how much more time there must be.",
    "13-differences": "The providers see the change side by side.",
    "14-tender": "The first provider writes: saved is not sent.",
    "15-preview": "The tender as the committee will read it, with what is still missing.",
    "16-receipt": "The receipt: time, hash, signature.",
    "17-compared": "Anybody with the receipt can check it and compare a copy.",
    "18-withdrawn": "The second provider withdraws; it sends again before the deadline.",
    "19-phone": "The third provider writes its tender on a phone.",
    "20-phone-sent": "Sent from the phone.",
    "21-declare": "A committee member declares that there is no conflict of interest.",
    "22-too-early": "Before the deadline nobody can open, and nobody knows how many have come.",
    "23-one-word": "After the deadline one member confirms; a second one is needed.",
    "24-record": "The opening record.",
    "25-desk": "The evaluator's desk.",
    "26-formal": "The formal check, beside the tender as it was given.",
    "27-score": "An evaluator scores alone, with a reason for each score.",
    "28-joint": "The joint points, beside what each has given.",
    "29-compare": "The comparison side by side.",
    "30-proposal": "The coordinator proposes the choice: the text all tenderers read.",
    "31-sign": "The decision maker signs.",
    "32-letter": "A losing provider reads why: its points, the chosen tender's, where the difference arose.",
    "33-standstill": "Until the standstill is over the contract cannot be signed.",
    "34-checks": "The winner's evidence and the contractor's liability are checked.",
    "35-contract": "Both have signed: the contract is in force.",
    "36-notice": "The award notice is due, with its content ready.",
}

#: The points both evaluators give to plan and support, one after the other.
POINTS = {FIRST: (("9", "8"), ("8", "9")), SECOND: (("7", "5"), ("6", "5")), THIRD: (("6", "6"), ("7", "6"))}
REASONS = {
    FIRST: ("Eteneminen on kuvattu päivä päivältä.", "Ohjaaja on nimetty ja läsnä työpaikalla."),
    SECOND: ("Rakenne on selkeä, päiviä ei ole eritelty.", "Ohjaus on yleistä, yksilöllinen tuki puuttuu."),
    THIRD: ("Puolet työpaikalla, harjoitusten sisältö jää auki.", "Kaksi valmentajaa, työnjakoa ei kuvata."),
}


@dataclass
class Competition(Tendering):
    """One competition of a strict system."""

    steps: dict[str, str] = field(default_factory=lambda: dict(STEPS))

    def walk(self) -> None:
        self.prepare()
        self.send()
        self.see()
        self.ask()
        self.amend()
        self.tender()
        self.replace()
        self.tender_on_the_phone()
        self.form_committee()
        with self.later(OPENING):
            self.come_back(*MEMBERS, CLERK, CHIEF, FIRST, SECOND)
            self.open()
            self.check_formally()
            self.score()
            self.propose()
            self.decide()
            self.stand_still()
        with self.later(SIGNING):
            self.come_back(CLERK, CHIEF, FIRST)
            self.sign()
        assert self.seen == list(self.steps), "a step was left out"

    def open(self) -> None:
        for who, picture in zip(MEMBERS, ("23-one-word", "24-record"), strict=True):
            member = self.desk(who)
            self.follow(member.locator("main a[href$='/opening']", has_text=self.mark))
            self.press(member, "main form")
            self.shot(member, picture)
        record = self.at(MEMBERS[-1]).inner_text("main")
        for word in ("Savon Suunta", "Tuulenpesä", "Kuutinharju", self.receipts[SECOND]):
            assert word in record, word

    def check_formally(self) -> None:
        expert = self.desk(EXPERT)
        self.shot(expert, "25-desk")
        self.follow(expert.locator("main a[href$='/judging']", has_text=self.mark))
        for place, href in enumerate(self.tenders(expert)):
            expert.goto(href)
            self.fill(expert, {"note": "Kaikki pyydetty on mukana."})
            if not place:
                self.shot(expert, "26-formal", at="#h-c")
            self.press(expert, "main form[action$='/check']")

    def tenders(self, page: Page) -> list[str]:
        """The addresses of the tenders, in the order of ``TENDERS``."""
        page.goto(self.competition + "/judging")
        names = ("Savon Suunta", "Tuulenpesä", "Kuutinharju")
        rows = [page.locator("main th a", has_text=name).first.get_attribute("href") for name in names]
        return [f"{self.base}{href}" for href in rows]

    def score(self) -> None:
        for number, who in enumerate(MEMBERS):
            page = self.at(who)
            for supplier, href in zip(TENDERS, self.tenders(page), strict=True):
                page.goto(f"{href}/lots/1/score")
                for code, points, reason in zip(
                    ("content", "support"), POINTS[supplier][number], REASONS[supplier], strict=True
                ):
                    self.fill(page, {f"points-{code}": points, f"reason-{code}": reason})
                if (number, supplier) == (0, FIRST):
                    self.shot(page, "27-score")
                self.press(page, "main form:has([name='points-content'])")
            self.press(page, "form[action$='/finish-scoring']")
        expert = self.at(EXPERT)
        for supplier, href in zip(TENDERS, self.tenders(expert), strict=True):
            expert.goto(f"{href}/lots/1/agree")
            self.fill(expert, dict(zip(("reason-content", "reason-support"), REASONS[supplier], strict=True)))
            if supplier == FIRST:
                self.shot(expert, "28-joint")
            self.press(expert, "main form:has([name='points-content'])")
        self.go(expert, "/comparison")
        self.shot(expert, "29-compare")

    # ---- deciding, waiting, signing ----

    def propose(self) -> None:
        clerk = self.desk(CLERK)
        self.follow(clerk.locator("main a[href$='/judging']", has_text=self.mark))
        self.go(clerk, "/award")
        self.fill(clerk, {"summary": "Valitun tarjouksen sisältö ja tuki ratkaisivat; hinta oli toiseksi halvin."})
        self.shot(clerk, "30-proposal")
        self.press(clerk, "main form:has([name=summary])")

    def decide(self) -> None:
        chief, second = self.desk(CHIEF), self.desk(SECOND)
        self.follow(chief.locator("main a[href*='/procurement/decisions/']", has_text=self.mark))
        self.go(chief, "/sign")
        self.shot(chief, "31-sign")
        self.press(chief, "main form")
        second.goto(self.base + "/provider/decisions")
        self.follow(second.locator("main tr", has_text=self.mark).locator("a[href*='/provider/decisions/']"))
        letter = second.inner_text("main")
        for words in (REASONS[SECOND][1], "Savon Suunta"):
            assert words in letter, f"the letter does not say: {words}"
        assert TENDERS[FIRST][2] not in letter, "the letter quotes another tender"
        self.shot(second, "32-letter", at=f"main .paper p:has-text('{REASONS[SECOND][0]}')")

    def stand_still(self) -> None:
        first, clerk = self.desk(FIRST), self.at(CLERK)
        self.follow(first.locator("main a[href*='/provider/contracts/']", has_text="Lyhyet"))
        self.go(first, "/sign")
        self.press(first, "main form")
        clerk.goto(self.base + "/procurement/contracts")
        self.follow(clerk.locator("main tr", has_text="Savon Suunta").locator("a[href*='/procurement/contracts/']"))
        self.contract = clerk.url
        assert not clerk.locator("main a[href$='/sign']").count(), "it can be signed during the standstill"
        self.shot(clerk, "33-standstill")

    def sign(self) -> None:
        clerk = self.at(CLERK)
        clerk.goto(self.contract)
        issued = (self.today + dt.timedelta(days=SIGNING - 10)).isoformat()
        for days in clerk.locator("main form[action$='/liability'] [type=date]").all():
            days.fill(issued)
        self.press(clerk, "main form[action$='/liability']")
        for days in clerk.locator("main form[action$='/winner-check'] [type=date]").all():
            days.fill(issued)
        for note in clerk.locator("main form[action$='/winner-check'] :is(input[type=text], textarea)").all():
            note.fill("Rikosrekisteriote ja Vastuu Groupin raportti nähty.")
        self.shot(clerk, "34-checks", at="#h-l")
        self.press(clerk, "main form[action$='/winner-check']")
        self.go(clerk, "/sign")
        self.press(clerk, "main form")
        self.shot(clerk, "35-contract")
        clerk = self.desk(CLERK)
        self.follow(clerk.locator("main a[href*='/procurement/systems/']").last)
        assert "Savon Suunta" in clerk.inner_text("main section[aria-labelledby=h-aw]")
        self.shot(clerk, "36-notice", at="#h-aw")


def compete(
    base: str,
    new_page: PageFactory,
    new_phone: PageFactory,
    *,
    password: str,
    later: Later,
    shots: Path | None = None,
) -> None:
    """Walk a competition against a server where the demo's people log in with ``password``."""
    Competition(base, new_page, password, "", later, shots, new_phone=new_phone).walk()
