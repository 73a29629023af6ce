"""A competition's first half through the pages: prepared, invited to, asked about, changed, tendered for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Page

from docs.walks.life import PAPER
from docs.walks.walk import CHIEF, CLERK, EXPERT, PageFactory, Walk

OPENER = "opener@kuopio.example"
FIRST, SECOND, THIRD = "provider@savo.example", "toimisto@tuulenpesa.example", "info@kuutinharju.example"
#: Admitted elsewhere, not to the category of this competition.
STRANGER = "provider@kallavesi.example"
MEMBERS = (OPENER, EXPERT)

#: Days from today: the time for tenders as sent and after the change, the opening, the decision, the contract.
DUE, LONGER, OPENING, SIGNING = 14, 21, 30, 55

#: What each provider offers: price, plan, support.
TENDERS = {
    FIRST: (
        "1180,00",
        "Neljäkymmentä päivää: viikko teoriaa, kaksi viikkoa harjoituksia, loput työpaikalla. Päivä kerrallaan.",
        "Jokaisella on nimetty ohjaaja, joka käy työpaikalla kahdesti viikossa.",
    ),
    SECOND: ("1090,00", "Teoriaa ja harjoituksia vuorotellen, lopuksi kaksi viikkoa työpaikalla.", "Ryhmäohjaus."),
    THIRD: ("1240,00", "Forty days, half of them at a workplace.", "Two coaches for the whole group."),
}


@dataclass
class Tendering(Walk):
    """From the first draft to a committee that may not open yet."""

    new_phone: PageFactory | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.title = f"Hitsaajan peruskurssi {self.mark}"
        self.receipts: dict[str, str] = {}

    def at(self, who: str) -> Page:
        if who == THIRD and who not in self.people:
            laptop, self.new_page = self.new_page, self.new_phone or self.new_page
            try:
                return super().at(who)
            finally:
                self.new_page = laptop
        return super().at(who)

    def come_back(self, *people: str) -> None:
        """Days have passed, and the sessions with them."""
        for who in people:
            self.log_in(self.at(who), who, self.password)

    def desk(self, who: str) -> Page:
        """Somebody's first page."""
        page = self.at(who)
        page.goto(self.base + "/")
        self.follow(page.locator("nav.rooms a"))
        return page

    def refused(self, page: Page, form: str, button: str = "button:not([tabindex='-1'])") -> str:
        """Press a button that must be answered with a refusal; what the page says."""
        with page.expect_navigation() as sent:
            page.locator(form).first.locator(button).first.click()
        assert sent.value
        assert sent.value.status == 422, f"{page.url}: {sent.value.status}"
        return page.inner_text("main .errsum")

    # ---- preparing ----

    def prepare(self) -> None:
        clerk = self.desk(CLERK)
        self.go(clerk, "/procurement/competitions")
        self.go(clerk, "/procurement/competitions/new")
        self.press(clerk, "main form:has([name=category_id])")
        self.fill(
            clerk,
            {
                "name_fi": self.title,
                "name_sv": f"Grundkurs för svetsare {self.mark}",
                "name_en": f"Basic course for welders {self.mark}",
                "customers": "16",
                "groups": "1",
                "starts_on": self.in_days(90),
                "ends_on": self.in_days(455),
                "options_text": "180",
            },
        )
        self.shot(clerk, "01-begin")
        self.press(clerk, "#step")
        self.competition = clerk.url.partition("/edit/")[0]
        self.write_lot(clerk)
        self.write_criteria(clerk)
        self.press(clerk, "#step")
        self.press(clerk, "#step")
        self.fill(clerk, {"planned_due_on": self.weekday(DUE)})
        self.press(clerk, "#step")
        self.name_committee(clerk)
        clerk.goto(self.competition)
        self.shot(clerk, "06-check")
        self.go(clerk, "/edit/criteria")
        self.weigh(clerk, "content", "35,00")
        clerk.goto(self.competition)
        self.press(clerk, "form[action$='/submit']")

    def write_lot(self, clerk: Page) -> None:
        self.go(clerk, "/lots/1")
        names = {"name_fi": "Hitsaus", "name_sv": "Svetsning", "name_en": "Welding"}
        self.fill(clerk, {**names, "maximum_quantity": "120,00"})
        self.press(clerk, "main form:has([name=maximum_quantity])")
        self.go(clerk, "/lines/service")
        days = {"name_fi": "Koulutuspäivä", "name_sv": "Utbildningsdag", "name_en": "Day of training"}
        self.fill(clerk, {**days, "quantity": "40,00", "ceiling": "1400,00"})
        self.press(clerk, "main form:has([name=ceiling])")
        self.shot(clerk, "02-lots")
        clerk.goto(f"{self.competition}/edit/criteria")

    def write_criteria(self, clerk: Page) -> None:
        self.go(clerk, "/criteria/plan")
        self.fill(
            clerk,
            {
                "code": "content",
                "weight": "45,00",
                "text_fi": "Miten koulutus etenee päivä päivältä?",
                "text_sv": "Hur framskrider utbildningen dag för dag?",
                "text_en": "How does the training proceed from day to day?",
                "scale_fi": "10: päivät, sisällöt ja työssä oppiminen on kuvattu. 5: yleinen. 0: puuttuu.",
                "scale_sv": "10: dagarna, innehållet och lärandet i arbete är beskrivna. 5: allmänt. 0: saknas.",
                "scale_en": "10: days, contents and learning at work are described. 5: general. 0: missing.",
            },
        )
        self.press(clerk, "main form:has([name=scale_fi])")
        self.shot(clerk, "03-criteria")
        clerk.locator("main details summary").first.click()
        self.fill(
            clerk,
            {
                "parent": "plan",
                "code": "support",
                "weight": "25,00",
                "text_fi": "Miten osallistujaa tuetaan kohti työtä?",
                "text_sv": "Hur stöds deltagaren mot arbete?",
                "text_en": "How is the participant supported towards work?",
                "scale_fi": "10: nimetty ohjaaja ja käynnit työpaikalla. 5: ryhmäohjaus. 0: ei tukea.",
                "scale_sv": "10: namngiven handledare och besök på arbetsplatsen. 5: i grupp. 0: inget stöd.",
                "scale_en": "10: a named coach who visits the workplace. 5: in a group. 0: none.",
            },
            prefix="criterion-",
        )
        self.press(clerk, "main form[action$='/criteria']:has([name='criterion-code'])")
        assert clerk.locator("main .err").count() == 1
        self.shot(clerk, "04-mistake", at="#h-c")

    def weigh(self, clerk: Page, code: str, weight: str) -> None:
        self.go(clerk, f"/criteria/{code}")
        self.fill(clerk, {"weight": weight})
        self.press(clerk, "main form:has([name=scale_fi])")

    def name_committee(self, clerk: Page) -> None:
        for who in MEMBERS:
            if not clerk.locator("main [name='member-person_id']").is_visible():
                clerk.locator("main details summary").first.click()
            name = {OPENER: "Ruuskamo", EXPERT: "Heiskala"}[who]
            value = clerk.locator("main [name='member-person_id'] option", has_text=name).first.get_attribute("value")
            self.fill(clerk, {"member-person_id": value or ""})
            self.press(clerk, "main form[action$='/committee']")
        self.shot(clerk, "05-committee")

    def weekday(self, days: int) -> str:
        """A day so many days on, or the Thursday of the next week."""
        day = self.today + dt.timedelta(days=days)
        return (day if day.weekday() < 4 else day + dt.timedelta(days=(3 - day.weekday()) % 7)).isoformat()

    # ---- inviting, asking, changing ----

    def send(self) -> None:
        clerk, chief = self.at(CLERK), self.desk(CHIEF)
        clerk.goto(self.competition)
        assert not clerk.locator("main form[action$='/send']").count()
        self.follow(chief.locator("main a", has_text=self.mark))
        self.go(chief, "/send")
        self.shot(chief, "07-send")
        self.press(chief, "main form:has([name=due_on])")

    def see(self) -> None:
        for who in (FIRST, SECOND, THIRD):
            page = self.desk(who)
            assert self.mark in page.inner_text("main"), f"{who} is not told of the invitation"
        self.shot(self.at(FIRST), "08-invited", at=f"main .act:has(a:has-text('{self.mark}'))")
        key = self.competition.rpartition("/")[2]
        self.own = f"{self.base}/provider/competitions/{key}"
        stranger = self.at(STRANGER)
        stranger.goto(self.own)
        assert "Miten koulutus etenee" not in stranger.content()
        self.shot(stranger, "09-stranger")

    def ask(self) -> None:
        second, clerk = self.at(SECOND), self.desk(CLERK)
        self.follow(second.locator("main a", has_text=self.mark))
        self.go(second, "/ask")
        self.fill(second, {"text": "Saako teoriaosan pitää etänä?"})
        self.shot(second, "10-question")
        self.press(second, "main form:has([name=text])")
        clerk.reload()
        self.follow(clerk.locator("main a[href*='/competition-questions/']", has_text=self.mark))
        self.fill(
            clerk,
            {
                "text_fi": "Kyllä, enintään viisi päivää.",
                "text_sv": "Ja, högst fem dagar.",
                "text_en": "Yes, five days at the most.",
            },
        )
        self.shot(clerk, "11-answer")
        self.press(clerk, "main form:has([name=text_fi])")
        third = self.at(THIRD)
        third.goto(self.own)
        assert "Yes, five days at the most." in third.inner_text("main")
        assert "Tuulenpesä" not in third.inner_text("main")

    def amend(self) -> None:
        clerk, first = self.at(CLERK), self.at(FIRST)
        clerk.goto(self.competition)
        self.go(clerk, "/amend")
        clerk.locator("main details:has([name='lot-1-maximum_quantity']) summary").click()
        self.fill(
            clerk,
            {
                "reason": "Kurssi pidennetään viidellä päivällä työnantajien toiveesta.",
                "is_material": True,
                "due_on": self.weekday(LONGER),
                "line-1-service-quantity": "45,00",
                "lot-1-maximum_quantity": "135,00",
            },
        )
        self.shot(clerk, "12-amend")
        self.press(clerk, "main form:has([name=reason])")
        first.goto(self.own)
        self.go(first, "/versions/2")
        self.shot(first, "13-differences")

    # ---- tendering ----

    def write(self, page: Page, who: str) -> None:
        price, plan, support = TENDERS[who]
        self.fill(page, {"price:1:service": price, "answer:1:content": plan, "answer:1:support": support})

    def tender(self) -> None:
        first = self.at(FIRST)
        first.goto(self.own)
        self.go(first, "/tender")
        self.fill(first, {"price:1:service": TENDERS[FIRST][0], "answer:1:content": TENDERS[FIRST][1]})
        self.press(first, "main", "button[name=save]:not([tabindex='-1'])")
        paper: FilePayload = {"name": "opetussuunnitelma.pdf", "mimeType": "application/pdf", "buffer": PAPER}
        first.set_input_files("main [name=file]", paper)
        self.press(first, "main form:has([name=file])")
        self.shot(first, "14-tender")
        self.press(first, "main", "button[name=next]")
        self.shot(first, "15-preview")
        assert not first.locator("main form:has([name=read])").count(), "a tender with a gap can be sent"
        first.goto(self.own + "/tender")
        self.write(first, FIRST)
        self.press(first, "main", "button[name=next]")
        with first.expect_download() as saved:
            first.locator("a[href$='/copy']").click()
        copy = Path(saved.value.path()).read_bytes()
        self.press(first, "main form:has([name=read])")
        self.shot(first, "16-receipt")
        self.receipts[FIRST] = first.url.rpartition("/")[2]
        visitor = self.at("visitor")
        visitor.goto(self.base + "/receipts")
        self.fill(visitor, {"number": self.receipts[FIRST]})
        self.press(visitor, "main form:has([name=number])")
        visitor.set_input_files("main [name=copy]", {"name": "copy.json", "mimeType": "text/json", "buffer": copy})
        self.press(visitor, "main form:has([name=copy])")
        assert visitor.locator("[role=status] .tag-ok").count() == 1, "the copy is not what was received"
        self.shot(visitor, "17-compared")

    def submit(self, page: Page, who: str) -> None:
        page.goto(self.own + "/tender")
        self.write(page, who)
        self.press(page, "main", "button[name=next]")
        self.press(page, "main form:has([name=read])")
        self.receipts[who] = page.url.rpartition("/")[2]

    def replace(self) -> None:
        second = self.at(SECOND)
        self.submit(second, SECOND)
        given = self.receipts[SECOND]
        second.goto(self.own + "/tender")
        self.go(second, "/tender/withdraw")
        self.press(second, "main form")
        self.shot(second, "18-withdrawn")
        self.submit(second, SECOND)
        assert self.receipts[SECOND] != given

    def tender_on_the_phone(self) -> None:
        third = self.desk(THIRD)
        self.follow(third.locator("main a", has_text=self.mark))
        self.go(third, "/tender")
        self.write(third, THIRD)
        self.shot(third, "19-phone")
        self.press(third, "main", "button[name=next]")
        self.press(third, "main form:has([name=read])")
        self.shot(third, "20-phone-sent")

    # ---- the committee ----

    def form_committee(self) -> None:
        for who in MEMBERS:
            member = self.desk(who)
            self.follow(member.locator("main a[href$='/declare']", has_text=self.mark))
            self.fill(member, {"has_conflict": "no"})
            if who == OPENER:
                self.shot(member, "21-declare")
            self.press(member, "main form:has([name=has_conflict])")
        opener = self.at(OPENER)
        opener.goto(self.competition + "/opening")
        assert not opener.locator("main form").count(), "it can be opened before the deadline"
        self.shot(opener, "22-too-early")
        for word in ("Savon Suunta", "Tuulenpesä", "Kuutinharju"):
            assert word not in opener.inner_text("main")
