"""What came of it: a customer's words, the expert's results, figures before and after publication, a quality talk.

Customers answer on a phone in Swedish and on the tablet of a service point; expert, provider and coordinator sit at
laptops and read Finnish; everybody else reads what is published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from docs.walks.walk import CLERK, EXPERT, PageFactory, Walk

#: The steps in order, and what each picture shows.
STEPS = {
    "01-link": "The expert makes the customer's link when the service has ended.",
    "02-phone-sv": "The customer answers on a phone, in Swedish; nobody asks for a name.",
    "03-thanks-sv": "Thank you. The provider does not see who answered.",
    "04-low-answer": "A low answer is on the expert's desk the same day.",
    "05-assess": "The customer says how things are in seven areas; health stays with customer and expert.",
    "06-radar": "And sees the picture at once: before dashed, now filled, both numbers at each axis.",
    "07-where-now": "Where are they now? The expert tells it of many customers on one page.",
    "08-tablets": "The coordinator sets up a tablet at a service point.",
    "09-kiosk": "The tablet asks whoever comes by, in eight languages,",
    "10-kiosk-thanks": "and is ready for the next person without any timer.",
    "11-words": "Nobody's words reach a provider before an official has read them.",
    "12-own-figures": "The provider sees its figures before anybody else,",
    "13-comment": "comments on them: the words are published beside the figures,",
    "14-cases": "and looks at the facts of its cases, without any customer's result.",
    "15-claim": "This report came in time, it says.",
    "16-answer": "The coordinator answers before anything is published.",
    "17-evaluation": "The coordinator's page of evaluation: categories, money, customers.",
    "18-category": "A category: providers by name with their intervals, never ranked, and the funnel.",
    "19-paths": "Which services preceded a job that lasted.",
    "20-talk": "A quality talk: why, the figures, the agreed actions.",
    "21-talk-provider": "The provider reads the minutes and answers.",
    "22-public": "What everybody sees: the published figures of a category,",
    "23-method": "and how they are made.",
}
PROVIDER = "provider@savo.example"
#: The areas of the self-assessment, with grades of one customer.
GRADES = {
    "everyday": "3",
    "finances": "2",
    "health": "3",
    "skills": "4",
    "job_search": "2",
    "network": "3",
    "confidence": "2",
}


@dataclass
class Evaluation(Walk):
    """One customer's answer, and what becomes of many."""

    steps: dict[str, str] = field(default_factory=lambda: dict(STEPS))
    new_phone: PageFactory | None = None
    #: An order of the expert that was delivered and whose customer has not answered; found by itself if not told.
    order: str = ""

    def walk(self) -> None:
        order = f"{self.base}/expert/orders/{self.order}" if self.order else self.delivered_order()
        self.answer_on_the_phone(order)
        self.assess(order)
        self.tell_results()
        self.ask_at_the_service_point()
        self.read_words()
        self.look_before_publication()
        self.answer_the_claim()
        self.look_at_the_figures()
        self.talk()
        self.read_in_public()
        assert self.seen == list(self.steps), "a step was left out"

    @property
    def phone(self) -> Page:
        """The customer's phone."""
        if "phone" not in self.people:
            self.people["phone"] = (self.new_phone or self.new_page)()
        return self.people["phone"]

    # ---- customers ----

    def delivered_order(self) -> str:
        """The page of an order of this expert that ended, and whose customer has not answered."""
        expert = self.at(EXPERT)
        expert.goto(self.base + "/expert/outcomes")
        found = [each.get_attribute("href") or "" for each in expert.locator("main tbody th a").all()]
        for href in dict.fromkeys(each.rpartition("/")[0] for each in found):
            expert.goto(f"{self.base}{href}/evaluation")
            if expert.locator("main form[action$='/feedback-link']").count():
                return f"{self.base}{href}"
        raise AssertionError("no order of the expert waits for its customer's answer")

    def answer_on_the_phone(self, order: str) -> None:
        expert, phone = self.at(EXPERT), self.phone
        expert.goto(f"{order}/evaluation")
        self.press(expert, "main form[action$='/feedback-link']")
        self.shot(expert, "01-link")
        phone.goto(self.base + urlsplit(self.link(expert, "/feedback/")).path + "?lang=sv")
        assert phone.locator("html").get_attribute("lang") == "sv"
        self.fill(
            phone,
            {
                "recommendation": "2",
                "enough_help": "no",
                "comment": "Jag fick vänta länge på första mötet.",
                "expert_may_read": True,
            },
        )
        self.shot(phone, "02-phone-sv")
        self.press(phone, "main form")
        self.shot(phone, "03-thanks-sv")
        expert.goto(self.base + "/expert")
        number = order.rpartition("/")[2]
        assert expert.locator(f"main a[href*='{number}/evaluation']").count(), "the expert is not told of a low answer"
        self.shot(expert, "04-low-answer", at=f"main a[href*='{number}/evaluation']")

    def assess(self, order: str) -> None:
        expert, phone = self.at(EXPERT), self.phone
        expert.goto(f"{order}/assessments")
        self.press(expert, "main form[action$='/assessment-link']")
        phone.goto(self.base + urlsplit(self.link(expert, "/assess/")).path + "?lang=sv")
        for area, grade in GRADES.items():
            if phone.locator(f'main [name="{area}"]').count():
                self.fill(phone, {area: grade})
        self.shot(phone, "05-assess")
        self.press(phone, "main form")
        assert phone.locator("svg[role=img]").count(), "the customer sees no picture"
        self.shot(phone, "06-radar")

    def tell_results(self) -> None:
        expert = self.at(EXPERT)
        expert.goto(self.base + "/expert/outcomes")
        self.shot(expert, "07-where-now")

    def ask_at_the_service_point(self) -> None:
        clerk = self.at(CLERK)
        clerk.goto(self.base + "/procurement/feedback/tablets")
        self.fill(clerk, {"name": f"Palvelupiste {self.mark}", "address": "Tulliportinkatu 31, Kuopio"})
        self.press(clerk, "main form:has([name=address])")
        self.shot(clerk, "08-tablets")
        tablet = self.people.setdefault("tablet", self.new_page())
        tablet.goto(self.base + urlsplit(self.link(clerk, "/kiosk/feedback/")).path + "?lang=fi")
        self.shot(tablet, "09-kiosk")
        tablet.locator("main label[for^='recommendation']", has_text="9").click()
        tablet.locator("main label[for^='enough_help']").first.click()
        tablet.locator("main [data-step] button").last.click()
        tablet.wait_for_selector("[data-next]:not([hidden])")
        self.shot(tablet, "10-kiosk-thanks")

    def read_words(self) -> None:
        clerk = self.at(CLERK)
        clerk.goto(self.base + "/procurement/feedback/words")
        self.go(clerk, "/procurement/feedback/words/")
        self.shot(clerk, "11-words")
        self.press(clerk, "main form[action$='/release']")

    # ---- figures ----

    def look_before_publication(self) -> None:
        provider = self.at(PROVIDER)
        provider.goto(self.base + "/provider/quality")
        self.shot(provider, "12-own-figures")
        self.go(provider, "/comment")
        self.fill(provider, {"text": "Palvelemme pisimpään työttömiä olleita asiakkaita myös kotikunnissaan."})
        self.shot(provider, "13-comment")
        self.press(provider, "main form:has([name=text])")
        self.go(provider, "/provider/quality/cases")
        self.shot(provider, "14-cases")
        self.go(provider, "/correction")
        self.fill(provider, {"fact": "report", "claim": "Raportti lähti määräajassa, katso viestit."})
        self.shot(provider, "15-claim")
        self.press(provider, "main form:has([name=claim])")

    def answer_the_claim(self) -> None:
        clerk = self.at(CLERK)
        clerk.goto(self.base + "/procurement/evaluation/releases")
        self.go(clerk, "/procurement/evaluation/corrections/")
        self.fill(clerk, {"accept": "no", "answer": "Raportti tuli viestien mukaan kaksi päivää myöhässä."})
        self.shot(clerk, "16-answer")
        self.press(clerk, "main form:has([name=answer])")

    def look_at_the_figures(self) -> None:
        clerk = self.at(CLERK)
        clerk.goto(self.base + "/procurement/evaluation")
        self.shot(clerk, "17-evaluation")
        self.follow(clerk.locator("main tbody th a", has_text="Kohdennettu"))
        self.shot(clerk, "18-category", at="main section:has(.qp)")
        clerk.goto(self.base + "/procurement/evaluation/paths")
        self.shot(clerk, "19-paths")

    def talk(self) -> None:
        clerk, provider = self.at(CLERK), self.at(PROVIDER)
        clerk.goto(self.base + "/quality-talks")
        self.go(clerk, "/quality-talks/")
        self.shot(clerk, "20-talk")
        talk = urlsplit(clerk.url).path
        owner = provider if provider.request.get(self.base + talk).status == 200 else clerk
        owner.goto(self.base + talk)
        self.shot(owner, "21-talk-provider")

    def read_in_public(self) -> None:
        reader = self.people.setdefault("reader", self.new_page())
        reader.goto(self.base + "/quality")
        categories = reader.locator("main tbody th a")
        if categories.count():
            self.follow(categories)
            assert reader.locator("main .qp").count(), "no provider is told of"
        else:  # a small town may have no provider with five customers
            assert reader.locator("main .empty").count(), "the page says nothing"
        self.shot(reader, "22-public", at="main section")
        reader.goto(self.base + "/quality/method")
        self.shot(reader, "23-method")


def evaluate(
    base: str, laptop: PageFactory, phone: PageFactory, *, password: str, shots: Path | None = None, order: str = ""
) -> None:
    """Walk it; ``shots`` is the folder of the pictures."""
    from contextlib import nullcontext

    Evaluation(
        base=base,
        new_page=laptop,
        password=password,
        espd="",
        later=lambda days: nullcontext(),
        shots=shots,
        new_phone=phone,
        order=order,
    ).walk()
