"""The life of a purchasing system through the pages, from its draft to its closing.

A coordinator, a decision maker and two providers of the demo set it up, ask, answer, apply, refuse, admit, renew,
pause, change and close it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from docs.walks.walk import CHIEF, CLERK, FINLAND, Later, PageFactory, Walk

ASKER, APPLICANT = "provider@kallavesi.example", "provider@savo.example"

#: The steps in order, and what each picture shows.
STEPS = {
    "01-system": "The coordinator sets the system up: what, how long, how much; temporary closing is announced.",
    "02-category": "A category with its requirements, prices, ordering rule and terms, written step by step.",
    "03-approval": "The decision maker reads it and approves; whoever prepared it cannot.",
    "04-notice": "The coordinator records that the notice was sent and published; the system opens.",
    "05-public": "Everybody can read what is bought and asked.",
    "06-question": "A provider asks; nobody is told who.",
    "07-answer": "The coordinator answers, and the answer is published to all at once.",
    "08-apply": "Another provider applies without the document that is asked for.",
    "09-ask": "The coordinator asks for it, with the same shortest time to answer as everybody gets.",
    "10-refused": "The time has passed: the decision maker reads why the application is to be refused, and signs.",
    "11-letter": "The provider reads the decision: the reason, the law, how to seek amendment.",
    "12-again": "The provider adds the document to its vault and applies again with it.",
    "13-admitted": "Every requirement is met: the provider is admitted.",
    "14-renewal": "The coordinator asks for a renewed self-declaration.",
    "15-renewed": "The provider's desk and page say what is asked and by when.",
    "16-pause": "The provider asks for a pause of new orders.",
    "17-paused": "The pause is decided; the line of time tells it.",
    "18-lifted": "The pause has been ended by a decision.",
    "19-change": "A new category is written; nothing changes before its own notice is published.",
    "20-in-force": "The publication is recorded: the category is in force.",
    "21-closed": "The system is closed for a while; applications wait in a queue.",
}

PAPER = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Life(Walk):
    """One life of a system."""

    steps: dict[str, str] = field(default_factory=lambda: dict(STEPS))

    def walk(self) -> None:
        public = self.open_system(closing_announced=True)
        self.ask_and_answer(public)
        application = self.apply_without_document()
        with self.later(7):
            for who in (CLERK, CHIEF, APPLICANT):
                self.log_in(self.at(who), who, self.password)
            self.refuse(application)
            self.apply_again()
            self.renew()
            self.pause_and_lift()
            self.add_category()
            self.close()
        assert self.seen == list(self.steps), "a step was left out"

    # ---- question and answer ----

    def ask_and_answer(self, public: str) -> None:
        asker, clerk = self.at(ASKER), self.at(CLERK)
        asker.goto(public)
        self.go(asker, "/ask")
        self.fill(asker, {"text": "Voiko valmennuksen antaa myös etänä?"})
        self.shot(asker, "06-question")
        self.press(asker, "main form:has([name=text])")
        clerk.goto(self.base + "/procurement/questions")
        self.go(clerk, "/procurement/questions/")
        self.fill(
            clerk,
            {"text_fi": "Kyllä, jos asiakas haluaa.", "text_sv": "Ja, om kunden vill.", "text_en": "Yes, if wanted."},
        )
        self.shot(clerk, "07-answer")
        self.press(clerk, "main form:has([name=text_fi])")
        visitor = self.at("visitor")
        visitor.goto(public)
        assert "Kallavesi" not in visitor.inner_text("main section[aria-labelledby=questions]")
        assert "?" in visitor.inner_text("main section[aria-labelledby=questions]")

    # ---- refused, then admitted ----

    def apply_without_document(self) -> str:
        """The application, and the question for the missing document; returns its address."""
        applicant, clerk = self.at(APPLICANT), self.at(CLERK)
        self._apply(applicant)
        self.shot(applicant, "08-apply")
        self.press(applicant, "main form#apply", "button[name=send]")
        clerk.goto(self.base + "/procurement/applications")
        self.follow(clerk.locator("main tr", has_text=self.mark).locator("a[href*='/procurement/applications/']"))
        application = clerk.url
        self.go(clerk, "/ask")
        self.fill(clerk, {"kind": "clarification"})
        clerk.locator("main [name=about]").select_option(index=clerk.locator("main [name=about] option").count() - 1)
        self.fill(clerk, {"question": "Lähettäkää valmentajien tutkintotodistukset."})
        self.shot(clerk, "09-ask")
        self.press(clerk, "main form:has([name=question])")
        return application

    def _apply(self, applicant: Page, document: str = "") -> None:
        applicant.goto(self.base + "/provider/applications")
        self.follow(applicant.locator("main tr", has_text=self.mark).locator("a[href*='/provider/apply/']"))
        self.fill(applicant, {"qualified-staff": "Kolme valmentajaa, joilla on kokemusta."})
        if document:
            applicant.get_by_label(document).check()
        if applicant.locator("main [name=confirmed]").count():
            self.fill(applicant, {"confirmed": True})

    def _find(self, clerk: Page, *, met: bool) -> None:
        """Findings on everything; the suitability requirement is met or not."""
        names = clerk.evaluate(
            "[...new Set([...document.querySelectorAll('main [type=radio][value=met]')].map(e => e.name))]"
        )
        for name in names:
            clerk.check(f'[name="{name}"][value="met"]')
        if not met:
            note = clerk.locator('main textarea[name^="note-"]:visible').last.get_attribute("name") or ""
            clerk.check(f'[name="{note.replace("note-", "result-")}"][value="not_met"]')
            clerk.fill(f'[name="{note}"]', "Tutkintotodistuksia ei ole lähetetty.")
        self.press(clerk, "main form[action$='/checks']")
        self.fill(clerk, {"summary": "Hakemus ja vakuutus on tarkastettu."})
        self.press(clerk, "main form[action$='/propose']")

    def _sign(self, picture: str, of: str) -> None:
        """The decision maker reads and signs the newest decision about this walk's category."""
        chief = self.at(CHIEF)
        chief.goto(self.base + "/procurement/decisions")
        self.follow(chief.locator("main tr", has_text=of).locator("a[href*='/procurement/decisions/']"))
        if picture:
            self.shot(chief, picture)
        self.go(chief, "/sign")
        self.press(chief, "main form")

    def refuse(self, application: str) -> None:
        applicant, clerk = self.at(APPLICANT), self.at(CLERK)
        clerk.goto(application)
        self._find(clerk, met=False)
        self._sign("10-refused", self.mark)
        applicant.goto(self.base + "/provider/applications")
        self.follow(applicant.locator("main tr", has_text=self.mark).locator("a[href*='/provider/applications/']"))
        self.go(applicant, "/provider/decisions/")
        assert "Tutkintotodistuksia ei ole" in applicant.inner_text("main")
        self.shot(applicant, "11-letter")

    def apply_again(self) -> None:
        applicant, clerk = self.at(APPLICANT), self.at(CLERK)
        applicant.goto(self.base + "/provider/documents")
        title = f"Tutkintotodistukset {self.mark}"
        applicant.set_input_files(
            "main [name=file]", {"name": "todistukset.pdf", "mimeType": "application/pdf", "buffer": PAPER}
        )
        self.fill(applicant, {"kind": "staff_qualifications", "title": title, "issued_on": self.in_days(-30)})
        self.press(applicant, "main form:has([name=file])")
        self._apply(applicant, document=title)
        self.shot(applicant, "12-again", at="main form#apply")
        self.press(applicant, "main form#apply", "button[name=send]")
        clerk.goto(self.base + "/procurement/applications?state=received")
        self.follow(clerk.locator("main tr", has_text=self.mark).locator("a[href*='/procurement/applications/']"))
        self._find(clerk, met=True)
        self._sign("", self.mark)
        applicant.goto(self.base + "/provider/admissions")
        self.follow(applicant.locator("main a[href*='/provider/admissions/']", has_text=self.mark))
        self.admission = applicant.url.rpartition("/")[2]
        self.shot(applicant, "13-admitted")

    # ---- staying admitted ----

    def renew(self) -> None:
        applicant, clerk = self.at(APPLICANT), self.at(CLERK)
        clerk.goto(f"{self.base}/procurement/admissions/{self.admission}")
        self.go(clerk, "/renewal")
        self.fill(clerk, {"reason": "Vuosittainen tarkistus."})
        self.shot(clerk, "14-renewal")
        self.press(clerk, "main form:has([name=reason])")
        applicant.goto(self.base + "/provider/declaration")
        self.press(applicant, "main form:has([name=confirm])", "button[name=confirm]")
        applicant.goto(f"{self.base}/provider/admissions/{self.admission}")
        self.shot(applicant, "15-renewed")
        self.press(applicant, "main form[action$='/answer']")
        clerk.reload()
        self.fill(clerk, {"text": "Ei muutoksia."})
        self.press(clerk, "main form[action$='/review']")

    def pause_and_lift(self) -> None:
        applicant, clerk = self.at(APPLICANT), self.at(CLERK)
        applicant.goto(f"{self.base}/provider/admissions/{self.admission}")
        self.go(applicant, "/pause")
        self.fill(applicant, {"text": "Valmentajamme on vuosilomalla kuukauden."})
        self.shot(applicant, "16-pause")
        self.press(applicant, "main form:has([name=text])")
        self._decide("Pyynnön mukaisesti.")
        clerk.goto(f"{self.base}/procurement/admissions/{self.admission}")
        self.shot(clerk, "17-paused")
        self.go(clerk, "/lifting")
        self.fill(clerk, {"text": "Loma on ohi."})
        self.press(clerk, "main form:has([name=text])")
        self._decide("Tauon peruste on poistunut.")
        applicant.goto(f"{self.base}/provider/admissions/{self.admission}")
        self.shot(applicant, "18-lifted")

    def _decide(self, words: str) -> None:
        clerk = self.at(CLERK)
        clerk.goto(f"{self.base}/procurement/admissions/{self.admission}")
        clerk.fill("main form[action$='/propose'] [name=text]", words)
        self.press(clerk, "main form[action$='/propose']")
        self._sign("", self.mark)

    # ---- the system lives on ----

    def add_category(self) -> None:
        clerk, chief = self.at(CLERK), self.at(CHIEF)
        clerk.goto(self.system)
        self.go(clerk, "/changes/category")
        self.fill(
            clerk,
            {
                "reason": "Asiakkaat tarvitsevat myös ryhmävalmennusta.",
                "name_fi": f"Ryhmäpolku {self.mark}",
                "name_sv": f"Gruppstig {self.mark}",
                "name_en": f"Group path {self.mark}",
                "code": f"ryhma-{self.mark}",
                "description_fi": "Ryhmä etsii yhdessä sopivia töitä.",
                "description_sv": "En grupp söker lämpliga jobb tillsammans.",
                "description_en": "A group looks for suitable jobs together.",
                "cpv": "79611000-0",
                "service_type": "job_search_coaching",
                "area_names": "Kuopio",
                "languages": ["fi", "sv"],
            },
        )
        self.press(clerk, "main form:has([name=cpv])")
        self.write_steps(clerk)
        self.follow(clerk.locator("main a[href*='/system-changes/']").first)
        change = clerk.url.partition("?")[0]
        while change.rpartition("/")[2] in ("what", "requirements", "price", "ordering", "terms", "check"):
            change = change.rpartition("/")[0]
        clerk.goto(change)
        self.shot(clerk, "19-change")
        self.press(clerk, "form[action$='/submit']")
        chief.goto(change)
        self.press(chief, "form[action$='/approve']")
        clerk.reload()
        self.press(clerk, "form[action$='/notice-sent'], form[action*='/notice']")
        clerk.goto(self.system)
        self.go(clerk, "/publication")
        self.fill(
            clerk,
            {
                "number": f"{self.today.year}-7{self.mark}",
                "published_at": self.server_now().strftime("%Y-%m-%dT%H:%M"),
            },
        )
        self.press(clerk, "main form:has([name=number])")
        visitor = self.at("visitor")
        visitor.goto(self.public)
        assert f"ryhma-{self.mark}" in visitor.content() or self.mark in visitor.inner_text("main")
        self.shot(visitor, "20-in-force")

    def server_now(self) -> dt.datetime:
        """The server believes that it is a week later."""
        return dt.datetime.now(FINLAND) + dt.timedelta(days=7)

    def close(self) -> None:
        clerk = self.at(CLERK)
        clerk.goto(self.system)
        self.press(clerk, "form[action$='/close']")
        self.shot(clerk, "21-closed")


def live(base: str, new_page: PageFactory, *, password: str, later: Later, shots: Path | None = None) -> None:
    """Live a system's life against a server where the demo's people log in with ``password``."""
    Life(base, new_page, password, "", later, shots).walk()
