"""The whole way through the pages, as its people walk it: from a draft system to a quality record.

``tests/gates/test_walk.py`` walks it in a browser; with ``AVOIN_WALK_SHOTS=docs/walks`` it takes the pictures
of ``README.md``. Fields are found by name and acts by address, so that it walks in every language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page

#: Each step's picture and what happens in it.
STEPS = {
    "01-system": "The coordinator describes a purchasing system.",
    "02-category": "A category: what is bought, on which terms, what is required.",
    "03-approval": "The decision maker reads the system and approves it.",
    "04-notice": "The coordinator records that the notice was sent and published; the system opens.",
    "05-public": "The open system's public page: anybody sees what is bought and how to apply.",
    "06-register": "A company registers; a link to set a password comes by e-mail.",
    "07-right": "An official verifies that the person may act for the company.",
    "08-espd": "The provider fills in the self-declaration from an ESPD file and confirms it.",
    "09-apply": "The provider applies; what is asked and what is still missing stand on one page.",
    "10-check": "The official checks each requirement beside what was declared, and proposes.",
    "11-sign": "The decision maker signs; the page repeats what is signed.",
    "12-contract": "Provider and city sign the frame contract; now it is in force.",
    "13-offering": "The provider offers a service with starts and free places, and publishes it.",
    "14-need": "The employment expert states what a customer needs, without a name.",
    "15-search": "The services that fit, in the published order.",
    "16-link": "The customer gets a link or a QR code.",
    "17-choose": "The customer chooses on their own phone, without logging in, in eight languages.",
    "18-order": "The choice is an order: the provider confirms it.",
    "19-report": "The provider reports; the expert reads and accepts.",
    "20-feedback": "The customer is asked how it went.",
    "21-grades": "The expert grades the service.",
    "22-outcome": "Three months after the planned end the expert records the result.",
    "23-next-search": "The published quality record stands in the next search.",
    "24-quality": "The provider sees the same record on a page of its own.",
}

#: The demo's people who walk.
CLERK, CHIEF, EXPERT, ADMIN = (
    "coordinator@kuopio.example",
    "decider@kuopio.example",
    "expert@kuopio.example",
    "admin@avoin.example",
)
#: The names of a page's questions with radio buttons.
QUESTIONS = "[...new Set([...document.querySelectorAll('main [type=radio]')].map(e => e.name))]"

#: What the category asks of its providers.
REQUIREMENTS: tuple[dict[str, str], ...] = (
    {
        "code": "payment-of-taxes",
        "text_fi": "Verot on maksettu",
        "text_sv": "Skatterna är betalda",
        "text_en": "Taxes are paid",
    },
    {
        "code": "qualified-staff",
        "text_fi": "Vähintään kaksi valmentajaa, joilla on soveltuva koulutus",
        "text_sv": "Minst två tränare med lämplig utbildning",
        "text_en": "At least two coaches with suitable education",
        "evidence_fi": "Kuvaus hakemuksessa",
        "evidence_sv": "Beskrivning i ansökan",
        "evidence_en": "A description in the application",
    },
)

FINLAND = ZoneInfo("Europe/Helsinki")
PageFactory = Callable[[], Page]
#: Lets the server believe that so many days have gone, and publishes the quality records.
Later = Callable[[int], AbstractContextManager[None]]


def pages_of(browser: Browser, language: str, width: int) -> PageFactory:
    """A fresh browser window for each person, as wide as a laptop or a phone."""
    height = 900 if width > 600 else 844

    def new() -> Page:
        context = browser.new_context(locale=language, viewport={"width": width, "height": height})
        context.set_default_timeout(10_000)
        return context.new_page()

    return new


def business_id(seed: int) -> str:
    """A Finnish business ID that is valid and nobody's: 99xxxxx-c."""
    for number in range(9_900_000 + seed % 90_000, 10_000_000):
        digits = f"{number:07d}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{digits}-{0 if rest == 0 else 11 - rest}"
    raise AssertionError("no number is left")


def made_out_to(espd: str, number: str) -> bytes:
    """An official ESPD sample as this company's own: its number, and no ground for exclusion applies."""
    operator = espd.index("EconomicOperatorParty>")
    head, tail = espd[:operator], espd[operator:]
    tail = re.sub(r"(<cac:PartyIdentification>\s*<cbc:ID[^>]*>)[^<]*", rf"\g<1>{number}", tail, count=1)
    tail = tail.replace("DUMMY_DESCRIPTION", "")
    tail = re.sub(r"(<cbc:ResponseIndicator>)true", r"\g<1>false", tail)
    return (head + tail).encode()


@dataclass
class Walk:
    """One walk: the people at their browsers, and what they made."""

    base: str
    new_page: PageFactory
    password: str
    espd: str
    later: Later
    shots: Path | None = None
    people: dict[str, Page] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    #: The steps in order, and what each picture shows.
    steps: dict[str, str] = field(default_factory=lambda: dict(STEPS))

    def __post_init__(self) -> None:
        now = dt.datetime.now(FINLAND)
        seed = int(now.timestamp())
        self.today = now.date()
        self.number = business_id(seed)
        #: A number that names what this walk makes, in every language; too long to be part of a price or a date.
        self.mark = str(100_000 + seed % 900_000)
        self.company = f"Savon Polku {self.mark} Oy"
        self.email = f"toimisto{seed}@savonpolku.example"
        self.name = f"Työelämän polut {self.mark}"

    # ---- what every person does ----

    def at(self, who: str) -> Page:
        """Somebody's window; staff log in when they first come."""
        if who not in self.people:
            self.people[who] = page = self.new_page()
            page.goto(f"{self.base}/?lang={page.evaluate('navigator.language').partition('-')[0]}")
            if "@" in who:
                self.log_in(page, who, self.password)
        return self.people[who]

    def log_in(self, page: Page, email: str, password: str) -> None:
        page.goto(self.base + "/login")
        page.fill("[name=email]", email)
        page.fill("[name=password]", password)
        self.press(page, "main form:has([name=password])")
        assert "/login" not in page.url, f"{email} cannot log in"

    def go(self, page: Page, link: str) -> None:
        """Follow the first link of the work, menu or desk to an address like this."""
        self.follow(page.locator(f'a[href*="{link}"]'))

    def follow(self, links: Locator) -> None:
        """Follow the first of these links; the next page is there when this returns."""
        with links.page.expect_navigation():
            links.first.click()

    def press(self, page: Page, form: str, button: str = "button:not([tabindex='-1'])") -> None:
        """Press a form's button; no form of the way may come back with errors."""
        with page.expect_navigation() as sent:
            page.locator(form).first.locator(button).first.click()
        status = sent.value.status if sent.value else 0
        assert status == 200, f"{page.url}: {status} {page.locator('.errsum, .flash-stop').all_inner_texts()}"

    def fill(self, page: Page, values: dict[str, str | list[str] | bool], prefix: str = "") -> None:
        """Fill fields by name, whatever they are."""
        for name, value in values.items():
            found = page.locator(f'main [name="{prefix}{name}"]')
            assert found.count(), f"{page.url}: no field {prefix}{name}"
            kind = found.first.evaluate("e => e.type || e.tagName")
            if kind in ("checkbox", "radio"):
                for each in [value] if isinstance(value, str) else value if isinstance(value, list) else ["y"]:
                    page.check(f'main [name="{prefix}{name}"][value="{each}"]')
            elif kind == "select-one":
                found.select_option(str(value))
            else:
                found.fill(str(value))

    def shot(self, page: Page, name: str, at: str | None = None) -> None:
        """Take the step's picture, from the top or from an element on."""
        assert name in self.steps, name
        self.seen.append(name)
        if self.shots is None:
            return
        page.evaluate("document.activeElement.blur(), window.scrollTo(0, 0)")
        if at:
            page.locator(at).first.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top - 24)")
        page.screenshot(path=self.shots / f"{name}.png")

    def in_days(self, days: int) -> str:
        return (self.today + dt.timedelta(days=days)).isoformat()

    # ---- the way ----

    def walk(self) -> None:
        system = self.open_system()
        self.join(system)
        self.be_admitted()
        self.sign_contract()
        self.offer()
        order = self.choose()
        self.serve(order)
        self.judge(order)
        self.see_quality(order)
        assert self.seen == list(self.steps), "a step was left out"

    def open_system(self, *, closing_announced: bool = False) -> str:
        """System → approval → notice sent and published → open public page."""
        clerk, chief = self.at(CLERK), self.at(CHIEF)
        self.go(clerk, "/procurement/systems")
        self.go(clerk, "/procurement/systems/new")
        self.fill(
            clerk,
            {
                "name_fi": self.name,
                "name_sv": f"Vägar till arbete {self.mark}",
                "name_en": f"Paths to work {self.mark}",
                "description_fi": "Palveluja, joilla työnhakija löytää polkunsa työhön.",
                "description_sv": "Tjänster som hjälper arbetssökande att hitta sin väg.",
                "description_en": "Services that help jobseekers to find their way to work.",
                "starts_on": self.today.isoformat(),
                "ends_on": self.in_days(1000),
                "estimated_value": "900000.00",
            },
        )
        if closing_announced:
            self.fill(clerk, {"closing_announced": True})
        self.shot(clerk, "01-system")
        self.press(clerk, "main form:has([name=name_fi])")
        self.system = system = clerk.url
        self.go(clerk, "/categories/new")
        self.fill(
            clerk,
            {
                "name_fi": f"Polkuvalmennus {self.mark}",
                "name_sv": f"Stigträning {self.mark}",
                "name_en": f"Path coaching {self.mark}",
                "code": f"polku-{self.mark}",
                "description_fi": "Valmentaja etsii asiakkaan kanssa sopivan työn.",
                "description_sv": "En tränare söker ett lämpligt arbete med kunden.",
                "description_en": "A coach looks for a suitable job with the customer.",
                "cpv": "79611000-0",
                "service_type": "job_coaching",
                "area_names": "Kuopio, Siilinjärvi",
                "languages": ["fi", "sv", "ar"],
            },
        )
        self.press(clerk, "main form:has([name=cpv])")
        self.write_steps(clerk)
        self.shot(clerk, "02-category")
        clerk.goto(system)
        self.press(clerk, "main form[action$='/submit']")
        chief.goto(self.base + "/procurement")
        self.go(chief, urlsplit(system).path)
        self.shot(chief, "03-approval")
        self.press(chief, "main form[action$='/approve']")
        clerk.reload()
        self.press(clerk, "main form[action$='/notice-sent']")
        self.go(clerk, "/publication")
        now = dt.datetime.now(FINLAND)
        self.fill(clerk, {"number": f"{now.year}-{self.number[:7]}", "published_at": now.strftime("%Y-%m-%dT%H:%M")})
        self.shot(clerk, "04-notice")
        self.press(clerk, "main form:has([name=number])")
        visitor = self.at("visitor")
        visitor.goto(self.base + "/")
        self.follow(visitor.locator("main a", has_text=self.mark))
        self.shot(visitor, "05-public")
        self.public = visitor.url
        return visitor.url

    def write_steps(self, clerk: Page) -> None:
        """Requirements, prices, ordering rule and terms of a category, step by step."""
        for requirement in REQUIREMENTS:
            if not clerk.locator('main [name="requirement-code"]').is_visible():
                clerk.locator("main details summary").first.click()
            self.fill(clerk, dict(requirement), prefix="requirement-")
            self.press(clerk, "main form[action$='/items/requirements']")
        self.press(clerk, "#step")
        self.fill(clerk, {"price_unit": "participant", "price_ceiling": "900.00"})
        self.press(clerk, "#step")
        self.fill(clerk, {"legal_mode": "annex_e_dps_like", "ordering_rule": "customer_choice"})
        self.press(clerk, "#step")
        self.fill(
            clerk,
            {
                "decline_reasons": ["no_capacity", "start_not_possible", "conflict_of_interest"],
                "terms_fi": "Palvelu annetaan suunnitelman mukaan.",
                "terms_sv": "Tjänsten ges enligt planen.",
                "terms_en": "The service is given as planned.",
            },
        )
        self.press(clerk, "#step")

    def join(self, system: str) -> None:
        """The supplier registers, sets a password by mail, and an official verifies who acts."""
        owner = self.at("owner")
        owner.goto(system)
        self.go(owner, "/register")
        self.fill(
            owner,
            {
                "number": self.number,
                "name": self.company,
                "street": "Polkutie 1",
                "postal_code": "70100",
                "city": "Kuopio",
                "basis": "Toimitusjohtaja kaupparekisterin mukaan.",
                "person_name": "Outi Polku",
                "person_email": self.email,
            },
        )
        self.shot(owner, "06-register")
        self.press(owner, "main form:has([name=number])")
        admin = self.at(ADMIN)
        admin.goto(f"{self.base}/admin/mail?q={self.email}")
        self.go(admin, "/admin/mail/")
        link = admin.locator("article a[href*='/new-password/']").first.get_attribute("href")
        assert link
        owner.goto(self.base + urlsplit(link).path)
        self.fill(owner, {"password": self.password, "again": self.password})
        self.press(owner, "main form:has([name=again])")
        self.log_in(owner, self.email, self.password)
        clerk = self.at(CLERK)
        clerk.goto(self.base + "/procurement/acting-rights")
        self.follow(clerk.get_by_role("link", name=self.company))
        self.fill(clerk, {"note": "Kaupparekisteriote tältä päivältä."})
        self.shot(clerk, "07-right")
        self.press(clerk, "main form:has([name=note])", "button[name=verify]")

    def be_admitted(self) -> None:
        """Self-declaration from an ESPD file → application → check → decision."""
        owner, clerk, chief = (self.at(who) for who in ("owner", CLERK, CHIEF))
        owner.goto(self.base + "/provider/declaration")
        self.go(owner, "/provider/declaration/import")
        content = made_out_to(self.espd, f"FI{self.number}")
        owner.set_input_files("[name=file]", {"name": "espd.xml", "mimeType": "text/xml", "buffer": content})
        self.press(owner, "main form:has([name=file])")
        for name in owner.evaluate(
            "[...new Set([...document.querySelectorAll('main [type=radio]')].map(e => e.name))]"
        ):
            owner.check(f'[name="{name}"][value="{"no" if name.startswith("x-") else "yes"}"]')
            if name.startswith("s-") and not owner.input_value(f'[name="{name}-words"]'):
                owner.fill(f'[name="{name}-words"]', "Kolme valmentajaa, joilla on kokemusta.")
        self.shot(owner, "08-espd")
        self.press(owner, "main form:has([name=confirm])", "button[name=confirm]")
        owner.goto(self.base + "/provider/applications")
        self.follow(owner.locator("main tr", has_text=self.mark).locator("a[href*='/provider/apply/']"))
        self.fill(owner, {"qualified-staff": "Kolme valmentajaa, joilla on kokemusta."})
        self.fill(owner, {"confirmed": True})
        self.shot(owner, "09-apply")
        self.press(owner, "main form#apply", "button[name=send]")
        clerk.goto(self.base + "/procurement/applications")
        self.follow(clerk.get_by_role("link", name=self.company))
        for name in clerk.evaluate(
            "[...new Set([...document.querySelectorAll('main [type=radio]')].map(e => e.name))]"
        ):
            clerk.check(f'[name="{name}"][value="met"]')
        self.press(clerk, "main form[action$='/checks']")
        self.shot(clerk, "10-check")
        self.fill(clerk, {"summary": "Kaikki vaatimukset on tarkastettu ja ne täyttyvät."})
        self.press(clerk, "main form[action$='/propose']")
        chief.goto(self.base + "/procurement/decisions")
        self.follow(chief.get_by_role("link", name=self.company))
        self.go(chief, "/sign")
        self.shot(chief, "11-sign")
        self.press(chief, "main form")

    def sign_contract(self) -> None:
        """Signed by the provider, then by the city."""
        owner, clerk = self.at("owner"), self.at(CLERK)
        clerk.goto(f"{self.base}/procurement/contracts")
        self.follow(clerk.locator("main a[href*='/procurement/contracts/']", has_text=self.mark))
        for name in clerk.evaluate("[...document.querySelectorAll('main [type=date]')].map(e => e.name)"):
            clerk.fill(f'main [name="{name}"]', self.in_days(-10))
        self.press(clerk, "main form[action$='/liability']")
        for page, room in ((owner, "provider"), (clerk, "procurement")):
            page.goto(f"{self.base}/{room}/contracts")
            self.follow(page.locator(f"main a[href*='/{room}/contracts/']", has_text=self.mark))
            self.go(page, "/sign")
            self.press(page, "main form")
        self.shot(clerk, "12-contract")
        clerk.goto(self.base + "/procurement/budgets")
        category = clerk.locator("main [name=category] option", has_text=self.mark).get_attribute("value")
        assert category
        for year in sorted({self.today.year, self.today.year + 1}):
            self.fill(clerk, {"category": category, "year": str(year), "amount": "50000.00"})
            self.press(clerk, "main form:has([name=amount])")

    def offer(self) -> None:
        """A service with a start today and one for the next customer."""
        owner = self.at("owner")
        owner.goto(self.base + "/provider/offerings")
        self.follow(owner.locator("a[href*='/provider/offerings/new']", has_text=self.mark))
        self.fill(
            owner,
            {
                "name_fi": "Yhden päivän polku",
                "name_sv": "En dags stig",
                "name_en": "The path of one day",
                "description_fi": "Päivä oman valmentajan kanssa.",
                "description_sv": "En dag med en egen tränare.",
                "description_en": "A day with a coach of your own.",
                "languages": ["fi", "ar"],
                "places": ["Kuopio"],
                "duration_days": "1",
                "price": "450.00",
                "vat_exemption": "AVL 39 §",
            },
        )
        self.press(owner, "main form:has([name=duration_days])")
        for days, seats in ((0, "6"), (120, "8")):
            self.fill_in(owner, "main form[action$='/starts']", {"starts_on": self.in_days(days), "seats": seats})
            self.press(owner, "main form[action$='/starts']")
        self.press(owner, "form[action$='/publish']")
        self.shot(owner, "13-offering")

    def fill_in(self, page: Page, form: str, values: dict[str, str]) -> None:
        for name, value in values.items():
            page.fill(f'{form} [name="{name}"]', value)

    def state_need(self, expert: Page, reference: str, days: int) -> None:
        """State a need and stand before the services that fit."""
        expert.goto(self.base + "/expert/needs/new")
        self.follow(expert.locator("main a", has_text=self.mark))
        self.fill(
            expert,
            {
                "customer_reference": reference,
                "municipality": "Kuopio",
                "languages": ["fi"],
                "place": "Kuopio",
                "latest_start": self.in_days(days),
            },
        )

    def choose(self) -> str:
        """Need → the customer's choice at /choose/TOKEN → order."""
        expert, customer = self.at(EXPERT), self.at("customer")
        self.state_need(expert, "AS-2026/118", 30)
        self.shot(expert, "14-need")
        self.press(expert, "main form:has([name=customer_reference])")
        need = expert.url
        expert.check("main [name=offerings]")
        self.shot(expert, "15-search")
        self.press(expert, "main form[action$='/choice/new']", "button:not([formaction])")
        self.shot(expert, "16-link")
        customer.goto(self.base + urlsplit(self.link(expert, "/choose/")).path)
        self.shot(customer, "17-choose")
        self.follow(customer.locator("a.btn-primary"))
        self.press(customer, "main form")
        expert.goto(need)
        self.go(expert, "/expert/orders/")
        return expert.url

    def link(self, page: Page, part: str) -> str:
        href = page.locator(f"main a[href*='{part}']").first.get_attribute("href")
        assert href, f"{page.url}: no link {part}"
        return href

    def serve(self, order: str) -> None:
        """Accept → start, report, acceptance."""
        owner, expert = self.at("owner"), self.at(EXPERT)
        owner.goto(self.base + "/provider")
        self.go(owner, order.rpartition("/")[2])
        self.shot(owner, "18-order")
        self.press(owner, "form[action$='/accept']")
        self.press(owner, "main form[action$='/start']")
        self.fill(owner, {"end_kind": "finished", "text": "Asiakas löysi kaksi työpaikkaa, joihin hän haki."})
        self.press(owner, "main form[action$='/report']")
        expert.goto(order)
        self.shot(expert, "19-report")
        self.press(expert, "form[action$='/accept-delivery']")

    def judge(self, order: str) -> None:
        """Feedback at /feedback/TOKEN, the expert's grades."""
        expert, customer = self.at(EXPERT), self.at("customer")
        self.go(expert, "/evaluation")
        self.press(expert, "main form[action$='/feedback-link']")
        customer.goto(self.base + urlsplit(self.link(expert, "/feedback/")).path)
        self.fill(customer, {"recommendation": "9", "enough_help": "yes", "comment": "Kiitos!"})
        self.shot(customer, "20-feedback")
        self.press(customer, "main form")
        expert.reload()
        self.fill(expert, {"fit": "5", "cooperation": "4", "report": "5"})
        self.shot(expert, "21-grades", at="#h-grades")
        self.press(expert, "main form[action$='/expert-feedback']")

    def see_quality(self, order: str) -> None:
        """Outcome at 3 months → the record in the next search and on the provider's page."""
        with self.later(100):
            expert, owner = self.at(EXPERT), self.at("owner")
            self.log_in(expert, EXPERT, self.password)
            self.log_in(owner, self.email, self.password)
            expert.goto(f"{order}/outcomes")
            self.fill(expert, {"state": "open_labour_market", "employer_type": "company"})
            self.shot(expert, "22-outcome")
            self.press(expert, "main form[action$='/outcomes']")
        with self.later(100):
            self.state_need(expert, "AS-2027/7", 130)
            self.press(expert, "main form:has([name=customer_reference])")
            assert self.company in expert.inner_text(".hits")
            assert expert.locator(".hits .qp").count() == 1
            self.shot(expert, "23-next-search")
            owner.goto(self.base + "/provider/quality")
            assert self.mark in owner.inner_text("main")
            self.shot(owner, "24-quality")


def walk(
    base: str, new_page: PageFactory, *, password: str, espd: str, later: Later, shots: Path | None = None
) -> None:
    """Walk the whole way against a server where the demo's people log in with ``password``."""
    Walk(base, new_page, password, espd, later, shots).walk()
