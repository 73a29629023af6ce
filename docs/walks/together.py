"""What cities do together: a joint procurement from its needs to a draft for all, a shared course until it is full, a
quarter's statement to the cent, access for a time, a lay-off plan.

Helsinki's people read Finnish, Espoo's Swedish, Vantaa's coordinator English; an expert looks at a phone. Against a
demo of the capital region (``avoin demo --scale pks``):

    python -m docs.walks.together http://127.0.0.1:8130 PASSWORD docs/walks/together
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from docs.walks.walk import Walk, pages_of

#: The steps in order, and what each picture shows.
STEPS = {
    "01-desk": "A coordinator of Vantaa comes to the common desk: a need is waited for.",
    "02-need": "Vantaa's need, in services by quarter.",
    "03-side-by-side": "The needs side by side, with last year's use and the budgets.",
    "04-proposal": "Espoo leads and writes the proposal in the name of all.",
    "05-endorse": "Each city's coordinator endorses it; the page says in whose name.",
    "06-steering-desk": "A member of the steering group has nothing else to do here: it is first.",
    "07-steering": "The third city approves.",
    "08-meeting": "The meeting is written down,",
    "09-minutes": "and its minutes are a PDF.",
    "10-effect": "A decision maker sees what staying out would do to the others, before anything is confirmed.",
    "11-decision": "The city's own decision, by its number.",
    "12-decided": "All three have decided.",
    "13-set-up": "The lead sets the procurement up for all,",
    "14-draft": "as a draft of a system in which all are named as buyers.",
    "15-groups": "An expert of Vantaa looks for a course: Helsinki organises one for all.",
    "16-queued": "The customer stands in its queue. Of the others the expert sees nothing.",
    "17-phone": "The same on a phone: a seat is kept, the expert takes it.",
    "18-full": "The organiser's page: the course is full; the partners' customers are pseudonyms.",
    "19-courses": "What anybody sees on a phone: the joint courses to come.",
    "20-use": "What each party announced, ordered and got.",
    "21-cost": "Vantaa paid for all: the agreement says how that is shared.",
    "22-shares": "Shared at once, to the cent.",
    "23-statement": "The statement of a closed quarter as Helsinki reads it: its own lines in full, of others sums.",
    "24-statement-sv": "The same as Espoo reads it, which answers for Kauniainen, too.",
    "25-results": "The steering group reads what came of it,",
    "26-resourcing": "who worked for all as agreed,",
    "27-review": "and the yearly review with the shares that would follow.",
    "28-ask": "Vantaa asks Helsinki for access: who, for what, until when.",
    "29-used": "Helsinki gave it, and sees each use.",
    "30-plan": "A lay-off: Espoo sees the people of its own municipalities and the seats and money they need,",
    "31-answer": "and answers what it takes.",
}
#: In which language somebody reads, by e-mail address; everybody else Finnish.
LANGUAGES = {"coordinator@vantaa.example": "en-GB", "espoo": "sv-FI"}
CITIES = ("helsinki", "espoo", "vantaa")
#: The stages of the line, as the page counts them.
NEED, PROPOSAL, STEERING, DECISIONS, PROCUREMENT = 1, 2, 3, 4, 5
ENTREPRENEURS = "Yrittäjäkoulutus"
PHONE, LAPTOP = 390, 1280
#: A fresh window by language and width.
Windows = Callable[[str, int], Page]


def cents(text: str) -> int:
    """``−1 234,50 €`` or ``€1,234.50`` as cents."""
    digits = int(re.sub(r"\D", "", text))
    return -digits if re.search(r"^\s*[-−]", text) else digits


def who(role: str, city: str) -> str:
    return f"{role}@{city}.example"


@dataclass
class Together(Walk):
    """Three cities, from a need to a statement."""

    steps: dict[str, str] = field(default_factory=lambda: dict(STEPS))
    windows: Windows | None = None

    def walk(self) -> None:
        row = self.state_needs()
        self.propose(row)
        self.steer(row)
        self.decide(row)
        self.set_up(row)
        group = self.join_a_course()
        self.fill_the_course(group)
        self.pay_for_all()
        self.read_statement()
        self.follow_together()
        self.give_access()
        self.answer_plan()
        assert self.seen == list(self.steps), [each for each in self.steps if each not in self.seen]

    # ---- people ----

    def at(self, who: str) -> Page:
        """Somebody's window, in the language that they read; ``phone:`` before the address for their phone."""
        if who not in self.people:
            address = who.removeprefix("phone:")
            city = address.partition("@")[2].partition(".")[0]
            locale = LANGUAGES.get(address) or LANGUAGES.get(city, "fi-FI")
            assert self.windows is not None
            page = self.people[who] = self.windows(locale, PHONE if who.startswith("phone:") else LAPTOP)
            page.goto(f"{self.base}/?lang={locale.partition('-')[0]}")
            if "@" in address:
                self.log_in(page, address, self.password)
        return self.people[who]

    def everybody(self, role: str) -> list[tuple[str, Page]]:
        """The windows of those who act in a role, by city."""
        return [(city, self.at(who(role, city))) for city in CITIES]

    def stands_at(self, page: Page, stage: int) -> None:
        """The line shows this stage, and the ones before it as done."""
        assert page.locator(".steps li.done").count() == stage - 1, f"{page.url}: not at stage {stage}"
        assert page.locator(".steps [aria-current=step]").count() == 1

    def sums(self, rows: Locator, column: int) -> int:
        """The money of a column over all rows but the sum, which it must be."""
        parts = [cents(each.locator("th, td").nth(column).inner_text()) for each in rows.all()]
        assert sum(parts[:-1]) == parts[-1], f"{parts[:-1]} are not {parts[-1]}"
        return parts[-1]

    # ---- the way of a procurement ----

    def state_needs(self) -> str:
        vantaa, espoo = self.at(who("coordinator", "vantaa")), self.at(who("coordinator", "espoo"))
        vantaa.goto(f"{self.base}/joint")
        self.shot(vantaa, "01-desk")
        helsinki = self.at(who("coordinator", "helsinki"))
        helsinki.goto(f"{self.base}/joint/procurements")
        self.follow(helsinki.locator("main tbody tr", has_text=ENTREPRENEURS).locator("th a"))
        row = helsinki.url
        assert ENTREPRENEURS in helsinki.inner_text("h1")
        self.stands_at(helsinki, NEED)
        vantaa.goto(row)
        assert "Entrepreneurship training" in vantaa.inner_text("h1")
        self.follow(vantaa.locator("a[href$='/need']"))
        quarters = vantaa.locator("main [name^=amount_0_]").count()
        for line, language in enumerate(("fi", "sv", "en")):
            self.fill(vantaa, {f"target_group_{line}": "entrepreneurs", f"language_{line}": language})
            for quarter in range(quarters):
                amounts = {"fi": 11 + quarter % 3, "sv": 1, "en": 3}
                self.fill(vantaa, {f"amount_{line}_{quarter}": str(amounts[language])})
        self.fill(
            vantaa,
            {
                "forecast_source": "Customer register, and founders who asked in the spring",
                "unit_price": "2350.00",
                "budget": "420000.00",
            },
        )
        self.shot(vantaa, "02-need")
        self.press(vantaa, "main form:has([name=forecast_source])")
        for page in (vantaa, espoo):
            page.goto(row)
            self.follow(page.locator("a[href$='/approve']"))
            self.press(page, "main form:has([name=note])")
        self.stands_at(espoo, PROPOSAL)
        helsinki.goto(f"{row}/needs")
        table = helsinki.locator("section[aria-labelledby=h-quarters] tbody tr")
        for each in table.all():
            told = [int(re.sub(r"\D", "", td.inner_text())) for td in each.locator("td").all()]
            assert sum(told[:-1]) == told[-1], "a quarter of the needs does not add up"
        assert table.count() == quarters
        self.shot(helsinki, "03-side-by-side")
        return row

    def propose(self, row: str) -> None:
        espoo = self.at(who("coordinator", "espoo"))
        espoo.goto(row)
        self.follow(espoo.locator("a[href$='/proposal']"))
        text = (
            "Samordningsgruppen föreslår att utbildningen upphandlas gemensamt som ett dynamiskt inköpssystem. "
            "Kunderna får fler startdagar och kurser också på svenska och engelska; utbildarna får ett avtal med alla."
        )
        self.fill(espoo, {"text": text})
        self.shot(espoo, "04-proposal")
        self.press(espoo, "main form:has([name=text])")
        for city, page in self.everybody("coordinator"):
            page.goto(row)
            self.follow(page.locator("a[href$='/approve']"))
            assert text in page.inner_text("main"), "the proposal is not read before it is endorsed"
            if city == "vantaa":
                self.shot(page, "05-endorse")
            self.press(page, "main form:has([name=note])")
        self.stands_at(self.at(who("coordinator", "vantaa")), STEERING)

    def steer(self, row: str) -> None:
        for city, page in self.everybody("steering"):
            page.goto(f"{self.base}/joint")
            if city == "helsinki":
                assert page.locator(f"main a[href*='{row.rpartition('/')[2]}']").count(), "it is not on the desk"
                self.shot(page, "06-steering-desk")
            page.goto(row)
            self.follow(page.locator("a[href$='/approve']"))
            if city == "vantaa":
                self.fill(page, {"note": "Vantaa haluaa kurssin myös Tikkurilaan."})
                self.shot(page, "07-steering")
            self.press(page, "main form:has([name=note])")
        member = self.at(who("steering", "helsinki"))
        member.goto(row)
        self.stands_at(member, DECISIONS)
        member.goto(f"{self.base}/joint/procurements/meetings")
        self.follow(member.locator("a[href*='/meetings/new/']"))
        for name in ("Nuuksionpää", "Aaltovirta", "Keravanjoki"):
            member.get_by_label(re.compile(name)).check()
        self.fill(
            member,
            {
                "title_0": "Yrittäjäkoulutus",
                "text_0": "Johtoryhmä hyväksyi ehdotuksen. Kaupungit päättävät omalla toimivallallaan.",
                "procurement_0": row.rpartition("/")[2],
                "title_1": "Vuosikatsaus",
                "text_1": "Merkittiin tiedoksi. Espoo kertoo henkilötyöstään seuraavassa kokouksessa.",
            },
        )
        self.shot(member, "08-meeting")
        self.press(member, "main form:has([name=held_on])")
        for _ in range(180):  # a demo that has just started has much to send first
            if member.locator("a[href$='/minutes.pdf']").count():
                break
            member.wait_for_timeout(1000)
            member.reload()
        self.is_pdf(member, self.address(member.locator("a[href$='/minutes.pdf']")))
        self.shot(member, "09-minutes")

    def address(self, link: Locator) -> str:
        found = link.first.get_attribute("href")
        assert found
        return found if found.startswith("http") else self.base + found

    def is_pdf(self, page: Page, address: str) -> None:
        answer = page.request.get(address)
        assert answer.status == 200, f"{address}: {answer.status}"
        assert answer.body().startswith(b"%PDF"), f"{address} is no PDF"

    def decide(self, row: str) -> None:
        chief = self.at(who("decider", "vantaa"))
        chief.goto(row)
        self.follow(chief.locator("a[href$='/leave']"))
        then = chief.locator("section[aria-labelledby=h-effect] tbody tr.sum td")
        now, after = (int(re.sub(r"\D", "", then.nth(place).inner_text())) for place in (0, 1))
        assert 0 < after < now, "staying out takes nothing along"
        self.shot(chief, "10-effect")
        for number, (city, page) in enumerate(self.everybody("decider")):
            page.goto(row)
            assert page.locator("a[href$='/leave']").count(), "looking at the effect has changed something"
            self.follow(page.locator("a[href$='/approve']"))
            self.fill(page, {"decision": f"§ {118 + 13 * number}/{self.today.year}"})
            if city == "espoo":
                self.shot(page, "11-decision")
            self.press(page, "main form:has([name=decision])")
        page.goto(row)
        self.shot(page, "12-decided")

    def set_up(self, row: str) -> None:
        espoo = self.at(who("coordinator", "espoo"))
        espoo.goto(row)
        self.follow(espoo.locator("a[href$='/procure']"))
        self.fill(espoo, {"way": "system"})
        self.shot(espoo, "13-set-up")
        self.press(espoo, "main form:has([name=way])")
        self.stands_at(espoo, PROCUREMENT)
        self.follow(espoo.locator("main a[href*='/procurement/systems/']"))
        words = espoo.inner_text("main")
        for name in ("Helsingfors", "Esbo", "Vanda"):
            assert name in words, f"{name} is not named as a buyer"
        self.shot(espoo, "14-draft")

    # ---- a shared course ----

    def join_a_course(self) -> str:
        expert = self.at(who("expert", "vantaa"))
        expert.goto(f"{self.base}/expert/needs/new")
        self.follow(expert.locator("main li a", has_text="Työssävalmennus"))
        self.customer = f"V-{self.mark}"
        self.fill(
            expert,
            {
                "customer_reference": self.customer,
                "municipality": "Vantaa",
                "languages": ["fi"],
                "place": "Helsinki",
                "latest_start": self.in_days(60),
            },
        )
        self.press(expert, "main form:has([name=customer_reference])")
        need = expert.url.partition("?")[0].rstrip("/").rpartition("/needs/")[2].partition("/")[0]
        expert.goto(f"{self.base}/expert/groups")
        course = expert.locator("main tbody tr", has_text="/ 8").filter(has_text="Helsinki")
        self.shot(expert, "15-groups")
        self.follow(course.locator("th a"))
        self.fill(expert, {"need": need})
        self.press(expert, "main form[action$='/join']")
        assert expert.locator(f"main th a[href*='{need}']").count(), "the customer does not stand in the queue"
        self.shot(expert, "16-queued")
        return expert.url.partition("?")[0]

    def fill_the_course(self, group: str) -> None:
        """Who has a seat kept takes it, city by city; nobody sees another city's customer, the organiser least."""
        phone = self.at(f"phone:{who('expert', 'vantaa')}")
        phone.goto(group)
        assert self.width(phone) <= PHONE, "the page of the group scrolls sideways"
        self.shot(phone, "17-phone")
        known: dict[str, set[str]] = {}
        for city in CITIES:
            page = phone if city == "vantaa" else self.at(who("expert", city))
            page.goto(group)
            while (kept := page.locator("main form[action$='/take-seat']")).count():
                agreed = kept.first.locator("[name$=customer_agrees]")
                if agreed.count():
                    agreed.check()
                self.press(page, "main form[action$='/take-seat']")
                page.goto(group)
            numbers = page.locator("main th a").all_inner_texts()
            known[city] = {each.strip() for each in numbers} - {""}
            assert known[city], f"{city} has nobody in the course"
        organiser = self.at(who("coordinator", "helsinki"))
        organiser.goto(group.replace("/expert/", "/procurement/"))
        assert re.search(r"\b8\D{1,5}8\b", organiser.inner_text("main")), "the course is not full"
        seats = organiser.locator("section[aria-labelledby=h-orders] tbody tr")
        assert seats.count() == 8
        source = organiser.content()
        for city in ("espoo", "vantaa"):
            for number in known[city] - known["helsinki"]:
                assert number not in source, f"Helsinki sees {number}, which is {city}'s"
        assert self.customer not in source, "Helsinki sees Vantaa's customer"
        self.shot(organiser, "18-full")
        for city in ("espoo", "vantaa"):
            page = self.at(who("expert", city))
            page.goto(group)
            others = set().union(*(found for other, found in known.items() if other != city)) - known[city]
            assert not [each for each in others if each in page.content()], f"{city} sees a customer of another city"
        anybody = self.people.setdefault("anybody", self.windows_of("fi-FI", PHONE))
        anybody.goto(f"{self.base}/courses?lang=fi")
        assert anybody.locator("main .hit").count(), "no joint course is told of"
        assert self.width(anybody) <= PHONE
        self.shot(anybody, "19-courses")

    def windows_of(self, locale: str, width: int) -> Page:
        assert self.windows is not None
        return self.windows(locale, width)

    def width(self, page: Page) -> int:
        """How wide the page is: more than the window scrolls sideways."""
        return int(page.evaluate("document.documentElement.scrollWidth"))

    # ---- money ----

    def pay_for_all(self) -> None:
        vantaa = self.at(who("coordinator", "vantaa"))
        vantaa.goto(f"{self.base}/joint/use")
        self.follow(vantaa.locator(".side a", has_text="Coaching and card courses"))
        self.shot(vantaa, "20-use")
        self.follow(vantaa.locator("a[href$='/shared-cost']"))
        self.fill(
            vantaa,
            {
                "kind": "marketing",
                "purpose": f"Stand at the recruitment fair {self.mark}",
                "day": self.today.isoformat(),
                "amount": "1234.57",
                "vat_rate": "25.5",
                "evidence": f"Invoice {self.mark}",
            },
        )
        self.shot(vantaa, "21-cost")
        self.press(vantaa, "main form:has([name=purpose])")
        parts = vantaa.locator("section[aria-labelledby=h-parts] tbody tr")
        assert self.sums(parts, 2) == 123457
        self.sums(parts, 3)
        self.shot(vantaa, "22-shares")

    def read_statement(self) -> None:
        """The last closed quarter: all coordinators read the same sums, and the file has what the page has."""
        read = {}
        for city, page in self.everybody("coordinator"):
            page.goto(f"{self.base}/joint/statements")
            self.follow(page.locator("main tbody th a"))
            everybody = page.locator("section[aria-labelledby=h-all] tbody tr")
            read[city] = [self.sums(everybody, column) for column in (2, 3, 4)]
            assert read[city][0] + read[city][1] == read[city][2]
            shown = {
                each.locator("th").inner_text().strip(): cents(each.locator("td").last.inner_text())
                for each in everybody.all()
            }
            files = page.locator(".side a[href$='.csv']")
            assert files.count() == (2 if city == "espoo" else 1), f"{city} reads the files of others"
            own = self.check_files(page, shown)
            lines = page.locator("section[aria-labelledby=h-orders] tbody tr")
            assert lines.count(), f"{city} sees none of its orders"
            assert {each.strip() for each in lines.locator("td:first-of-type").all_inner_texts()} <= own
            if city != "vantaa":
                self.shot(page, "23-statement" if city == "helsinki" else "24-statement-sv")
        assert len({tuple(each) for each in read.values()}) == 1, f"the cities read different sums: {read}"

    def check_files(self, page: Page, shown: dict[str, int]) -> set[str]:
        """Each own party's CSV adds up to the page; the PDF is one. The own parties' names."""
        names = [each.strip() for each in page.locator(".side h3").all_inner_texts()]
        for name, link in zip(names, page.locator(".side a[href$='.csv']").all(), strict=True):
            answer = page.request.get(self.address(link))
            assert answer.status == 200
            rows = list(csv.DictReader(io.StringIO(answer.text().removeprefix("\ufeff")), delimiter=";"))
            of_orders = [each for each in rows if not each["row"].startswith(("share_of_", "to_"))]
            total = sum((Decimal(each["amount_with_vat"]) for each in of_orders), Decimal(0))
            assert int(total * 100) == shown[name], f"{name}: {total} in the file, {shown[name]} cents on the page"
        for link in page.locator(".side a[href$='.pdf']").all():
            self.is_pdf(page, self.address(link))
        assert page.locator(".side a[href$='.pdf']").count(), "there is no PDF"
        return set(names)

    def follow_together(self) -> None:
        member = self.at(who("steering", "espoo"))
        for path, picture in (("results", "25-results"), ("resourcing", "26-resourcing")):
            member.goto(f"{self.base}/joint/{path}")
            assert member.locator("main tbody tr").count() > 2, f"{path} tells nothing"
            self.shot(member, picture)
        member.goto(f"{self.base}/joint/reviews")
        self.follow(member.locator("main tbody th a"))
        proposed = member.locator("section[aria-labelledby=h-proposal] tbody tr td.strong").all_inner_texts()
        assert sum(int(re.sub(r"\D", "", each)) for each in proposed) == 100, f"{proposed} are no hundred"
        self.shot(member, "27-review")

    # ---- access and sudden change ----

    def give_access(self) -> None:
        vantaa, helsinki = self.at(who("coordinator", "vantaa")), self.at(who("coordinator", "helsinki"))
        vantaa.goto(f"{self.base}/joint/grants/new")
        vantaa.locator("main [name=task]").select_option("follow_orders")
        vantaa.locator("main [name=owner]").select_option(label="City of Helsinki")
        self.press(vantaa, "main form:has([name=owner])")
        scope = vantaa.locator("main [name=scope] option", has_text="Coaching at work").first
        self.fill(vantaa, {"scope": scope.get_attribute("value") or ""})
        self.fill(vantaa, {"purpose": "We plan next spring's courses together with Helsinki."})
        vantaa.locator("main [name=person]").select_option(label="Omar Salmela")
        self.shot(vantaa, "28-ask")
        self.press(vantaa, "main form:has([name=purpose])")
        grant = vantaa.url
        assert not vantaa.locator("a.btn-primary").count(), "access is not given yet, and can be used"
        helsinki.goto(grant)
        self.press(helsinki, "form[action$='/give']")
        vantaa.goto(grant)
        self.follow(vantaa.locator("a.btn-primary"))
        assert vantaa.locator("main tbody tr").count(), "Vantaa sees no orders"
        assert not re.search(r"\b[EV]-\d", vantaa.inner_text("main")), "a customer is shown"
        helsinki.goto(grant)
        assert helsinki.locator("section[aria-labelledby=h-uses] tbody tr").count(), "the use is not seen"
        self.shot(helsinki, "29-used")

    def answer_plan(self) -> None:
        espoo = self.at(who("coordinator", "espoo"))
        espoo.goto(f"{self.base}/joint/plans")
        self.follow(espoo.locator("main tbody th a"))
        self.shot(espoo, "30-plan")
        self.fill(espoo, {"stance": "accept", "takes": "9", "note": "Vi ordnar träning för alla i december."})
        self.shot(espoo, "31-answer", at="section[aria-labelledby=h-answer]")
        self.press(espoo, "main form[action$='/answer']")
        assert not espoo.locator("main form[action$='/answer']").count()


def cooperate(base: str, windows: Windows, *, password: str, shots: Path | None = None) -> Together:
    """Walk it; ``shots`` is the folder of the pictures."""
    walked = Together(
        base=base,
        new_page=lambda: windows("fi-FI", LAPTOP),
        password=password,
        espd="",
        later=lambda days: nullcontext(),
        shots=shots,
        windows=windows,
    )
    walked.walk()
    return walked


if __name__ == "__main__":
    with sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"])
        folder = Path(sys.argv[3])
        folder.mkdir(parents=True, exist_ok=True)

        def windows(locale: str, width: int) -> Page:
            return pages_of(chromium, locale, width)()

        cooperate(sys.argv[1], windows, password=sys.argv[2], shots=folder)
        chromium.close()
