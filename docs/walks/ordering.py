"""A customer who reads Arabic finds a service: prepared at home, chosen on an old phone, ordered, given, accepted.

The expert and the provider sit at laptops and read Finnish; the customer's phone runs no scripts. A second, short
way counts the clicks from the login page to a placed order; a third one puts a customer into the queue of a group.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page

from demo.cast import COMPANIES
from docs.walks.walk import EXPERT, Later, PageFactory, Walk

#: The steps in order, and what each picture shows.
STEPS = {
    "01-invite": "The expert makes a link: the customer prepares the meeting at home.",
    "02-prepare-fi": "The customer's page speaks Finnish,",
    "03-prepare-sv": "Swedish,",
    "04-prepare-ar": "and Arabic, from right to left; this phone runs no scripts.",
    "05-prepared-ar": "The answers are saved; they can be changed until the meeting.",
    "06-answers": "The expert reads them before the meeting.",
    "07-need": "The answers are the beginning of the need; the expert completes it.",
    "08-services": "The services that fit, and why these, in this order.",
    "09-narrowed": "The expert narrows the list; the address keeps it.",
    "10-compare": "Two services side by side.",
    "11-link": "The customer's link with its QR code; the two are pointed out, all can be reached.",
    "12-sheet-ar": "The same on a sheet to print, in the customer's language, with nothing about the person.",
    "13-choose-fi": "The customer's choice in Finnish,",
    "14-choose-sv": "in Swedish,",
    "15-choose-ar": "and in Arabic.",
    "16-confirm-ar": "Is this right? Only this button uses the link up.",
    "17-thanks-ar": "The choice is saved, and ordered at once.",
    "18-eight-clicks": "The short way: from the login page to a placed order in eight clicks.",
    "19-need-sv": "Another need, in Swedish; below the services stand the groups that fit it.",
    "20-queue": "The customer stands in the group's queue; a seat is kept for the one who came first.",
    "21-seat": "The first one takes the seat: it is an order.",
    "22-attendance": "The provider tells on a phone who is there today.",
    "23-order": "The order at the provider: service, place, language, modules; nothing of who the customer is.",
    "24-meeting": "Confirmed: the provider agrees the first meeting, and the workplace of the work trial.",
    "25-release": "The expert names who of the provider may know the customer, and releases name and phone.",
    "26-customer": "The named person, who has promised secrecy, reads them; the reading is logged.",
    "27-parts": "The service has ended: the provider reports the amount of each part.",
    "28-accept": "The expert reads the report and accepts the delivery; it can be invoiced.",
}

#: The click limit of issue 5, from the login page to the placed order.
MOST_CLICKS = 8
CUSTOMER = "AS-2026/207"
#: The provider of the demo whose group is under way.
GROUP_PROVIDER = "provider@savo.example"
MODULE = "recognise-studies"
ANSWERS = {
    "can": "عملت عشر سنوات في مطبخ مطعم، وأقود الرافعة الشوكية.",
    "want": "أريد عملا دائما، وأن تحسب خبرتي من الدراسة.",
    "in_the_way": "لا أعرف كيف أكتب طلب عمل باللغة الفنلندية.",
}


def old_phone_of(browser: Browser) -> PageFactory:
    """A customer's phone that runs no scripts."""

    def new() -> Page:
        context = browser.new_context(
            locale="ar", viewport={"width": 390, "height": 844}, java_script_enabled=False, has_touch=True
        )
        context.set_default_timeout(10_000)
        return context.new_page()

    return new


@dataclass
class Ordering(Walk):
    """One customer's service, and the clicks it takes to order one."""

    steps: dict[str, str] = field(default_factory=lambda: dict(STEPS))
    new_phone: PageFactory | None = None
    new_old_phone: PageFactory | None = None
    clicks: int = 0

    def walk(self) -> None:
        self.invite()
        self.prepare()
        self.state_prepared_need()
        self.search()
        self.choose_on_the_phone()
        self.order_in_eight_clicks()
        self.queue()
        self.attend()
        self.accept()
        self.meet()
        with self.later(self.days_until(self.last_day) + 1):
            self.report()
        assert self.seen == list(self.steps), "a step was left out"

    # ---- clicks ----

    def follow(self, links: Locator) -> None:
        self.clicks += 1
        super().follow(links)

    def press(self, page: Page, form: str, button: str = "button:not([tabindex='-1'])") -> None:
        self.clicks += 1
        super().press(page, form, button)

    def fill(self, page: Page, values: dict[str, str | list[str] | bool], prefix: str = "") -> None:
        """Typing is no click; choosing an option is one."""
        super().fill(page, values, prefix)
        for name, value in values.items():
            kind = page.locator(f'main [name="{prefix}{name}"]').first.evaluate("e => e.type || e.tagName")
            if kind in ("checkbox", "radio", "select-one"):
                self.clicks += len(value) if isinstance(value, list) else 1

    # ---- people ----

    @property
    def customer(self) -> Page:
        if "customer" not in self.people:
            self.people["customer"] = (self.new_old_phone or self.new_page)()
        return self.people["customer"]

    def desk(self, who: str) -> Page:
        """Somebody's first page."""
        page = self.at(who)
        page.goto(self.base + "/")
        self.follow(page.locator("nav.rooms a"))
        return page

    def in_language(self, page: Page, language: str) -> None:
        """The same page in another language, whatever the browser asked for."""
        head, _, _ = page.url.partition("?")
        page.goto(f"{head}?lang={language}")
        html = page.locator("html")
        assert html.get_attribute("lang") == language, page.url
        assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr"), page.url

    def days_until(self, day: str) -> int:
        return (dt.date.fromisoformat(day) - self.today).days

    # ---- preparing the meeting ----

    def invite(self) -> None:
        expert = self.desk(EXPERT)
        self.go(expert, "/expert/preparations")
        self.fill(expert, {"customer_reference": CUSTOMER, "meeting_on": self.in_days(2)})
        self.press(expert, "main form:has([name=meeting_on])")
        self.prepared = expert.url
        self.shot(expert, "01-invite")
        self.prepare_at = self.base + urlsplit(self.link(expert, "/prepare/")).path

    def prepare(self) -> None:
        customer = self.customer
        customer.goto(self.prepare_at)
        for language in ("fi", "sv", "ar"):
            self.in_language(customer, language)
            self.shot(customer, f"0{2 + ('fi', 'sv', 'ar').index(language)}-prepare-{language}")
        self.fill(
            customer,
            {
                **ANSWERS,
                "goal": "find_work",
                "where": "near",
                "place": "Kuopio",
                "languages": ["fi"],
                "when": "in_a_month",
                "company": "either",
            },
        )
        self.press(customer, "main form:has([name=goal])")
        assert customer.locator("[role=status]").count() == 1, "the customer is not told that it is saved"
        assert customer.input_value("[name=can]") == ANSWERS["can"]
        self.shot(customer, "05-prepared-ar")

    def state_prepared_need(self) -> None:
        expert = self.desk(EXPERT)
        self.go(expert, urlsplit(self.prepared).path)
        assert ANSWERS["want"] in expert.inner_text("main")
        self.shot(expert, "06-answers")
        self.go(expert, "/expert/needs/new")
        self.follow(expert.locator("main a", has_text="Työkokeilun ohjaus"))
        for name, value in {"customer_reference": CUSTOMER, "place": "Kuopio", "goal": "find_work"}.items():
            assert expert.input_value(f"main [name={name}]") == value, f"{name} is not known"
        self.fill(
            expert,
            {
                "municipality": "Kuopio",
                "modules": [MODULE],
                "age_band": "35_to_49",
                "unemployment_band": "1_to_2_years",
                "education_band": "secondary",
            },
        )
        self.shot(expert, "07-need")
        self.press(expert, "main form:has([name=customer_reference])")
        self.need = expert.url

    # ---- searching and choosing ----

    def search(self) -> None:
        expert = self.at(EXPERT)
        prices = sorted(int(text.partition(",")[0]) for text in self.prices(expert))
        assert len(prices) >= 3, f"{len(prices)} services fit"
        expert.locator("main details:has(+ form) summary").first.click()
        self.shot(expert, "08-services")
        most = str(prices[len(prices) // 2])
        self.fill(expert, {"price_to": most})
        self.press(expert, "main form[method=get]")
        assert f"price_to={most}" in expert.url, "the narrowed list has no address"
        assert 2 <= len(self.prices(expert)) < len(prices)
        self.shot(expert, "09-narrowed")
        for number in (0, 1):
            expert.locator("main [name=offerings]").nth(number).check()
        self.press(expert, "main form:has([name=offerings])", "button[formaction$='/compare']")
        self.shot(expert, "10-compare")
        self.press(expert, "main form:has([name=offerings])")
        self.shot(expert, "11-link")

    @staticmethod
    def prices(page: Page) -> list[str]:
        """The prices of the services on the screen, without the space between the thousands."""
        return [re.sub(r"\s", "", text) for text in page.locator(".hits .price b").all_inner_texts()]

    def choose_on_the_phone(self) -> None:
        expert, customer = self.at(EXPERT), self.customer
        address = self.base + urlsplit(self.link(expert, "/choose/")).path
        self.go(expert, "/choice/sheet?words=ar")
        self.shot(expert, "12-sheet-ar")
        customer.goto(address)
        for number, language in ((13, "fi"), (14, "sv"), (15, "ar")):
            self.in_language(customer, language)
            self.shot(customer, f"{number}-choose-{language}")
        assert CUSTOMER not in customer.content(), "the link tells who the customer is"
        chosen = customer.locator(".pick").first
        name = chosen.locator("h2").inner_text()
        self.follow(chosen.locator("a.btn-primary"))
        self.shot(customer, "16-confirm-ar")
        self.press(customer, "main form")
        self.shot(customer, "17-thanks-ar")
        self.provider = next(each.email for each in COMPANIES if each.name == name)
        expert.goto(self.need)
        self.go(expert, "/expert/orders/")
        self.order = expert.url

    def order_in_eight_clicks(self) -> None:
        """From the login page to the placed order, without preparation; the customer's own two taps count."""
        expert, customer = self.new_page(), self.customer
        self.clicks = 0
        self.log_in(expert, EXPERT, self.password)
        self.follow(expert.locator("main a[href$='/expert/needs/new']"))
        self.follow(expert.locator("main a", has_text="Kohdennettu työnetsintä"))
        self.fill(expert, {"customer_reference": "AS-2026/208", "municipality": "Kuopio", "place": "Kuopio"})
        self.press(expert, "main form:has([name=customer_reference])")
        need = expert.url
        self.press(expert, "main form:has([name=offerings])", "button:not([formaction])")
        customer.goto(self.base + urlsplit(self.link(expert, "/choose/")).path)
        self.follow(customer.locator("a.btn-primary"))
        self.press(customer, "main form")
        clicks = self.clicks
        expert.goto(need)
        self.go(expert, "/expert/orders/")
        assert clicks <= MOST_CLICKS, f"it takes {clicks} clicks to order"
        self.shot(expert, "18-eight-clicks")
        expert.context.close()

    # ---- a group ----

    def queue(self) -> None:
        """A customer joins the queue of a group; the seat that is kept for the first one is taken."""
        expert = self.at(EXPERT)
        expert.goto(self.base + "/expert/needs/new")
        self.follow(expert.locator("main a", has_text="Työssävalmennus"))
        values = {"customer_reference": "AS-2026/209", "municipality": "Kuopio", "place": "Kuopio"}
        self.fill(expert, {**values, "latest_start": self.in_days(60)})
        self.press(expert, "main form:has([name=customer_reference])")
        self.in_language(expert, "sv")
        self.shot(expert, "19-need-sv")
        self.in_language(expert, "fi")
        self.press(expert, "main form[action$='/join']")
        self.shot(expert, "20-queue")
        offered = expert.locator("main form[action$='/take-seat']").first
        self.fill(expert, {self.name_of(offered.locator("[type=checkbox]")): True})
        self.press(expert, "main form[action$='/take-seat']")
        self.shot(expert, "21-seat")

    @staticmethod
    def name_of(found: Locator) -> str:
        return found.first.get_attribute("name") or ""

    def attend(self) -> None:
        """Who is there today, on the provider's phone."""
        provider = (self.new_phone or self.new_page)()
        self.log_in(provider, GROUP_PROVIDER, self.password)
        provider.goto(self.base + "/provider/groups")
        self.go(provider, "/provider/groups/")
        for name in provider.evaluate(
            "[...new Set([...document.querySelectorAll('main [type=radio]')].map(e => e.name))]"
        ):
            self.fill(provider, {name: "present"})
        self.shot(provider, "22-attendance")
        self.press(provider, "main form:has([type=radio])")
        provider.context.close()

    # ---- the order's life ----

    def accept(self) -> None:
        """The provider confirms, agrees the first meeting and the workplace."""
        provider = self.desk(self.provider)
        self.go(provider, self.order.rpartition("/")[2])
        words = provider.inner_text("main")
        assert CUSTOMER not in words, "the provider learns the reference before it has confirmed"
        self.shot(provider, "23-order")
        self.press(provider, "form[action$='/accept']")
        self.last_day = provider.input_value("main [name=ends_on]")
        day = max(provider.input_value("main [name=meeting_at]"), self.in_days(1))
        self.fill(provider, {"meeting_at": day, "time": "09:00", "place": "Puijonkatu 12, 2. kerros"})
        self.shot(provider, "24-meeting")
        self.press(provider, "main form[action$='/schedule']")
        self.fill(provider, {"workplace": "Savon Pakkaamo Oy", "agreed_on": self.today.isoformat()})
        self.press(provider, "main form[action$='/work-trial']")
        expert = self.at(EXPERT)
        expert.goto(self.order)
        self.press(expert, "main form[action$='/confirm-insurance']")

    def meet(self) -> None:
        """The expert lets the provider's named person know the customer."""
        expert, provider = self.at(EXPERT), self.at(self.provider)
        self.go(expert, "/customer")
        person = expert.locator("main [name=people]").first.get_attribute("value")
        self.fill(expert, {"people": [person or ""]})
        self.press(expert, "main form[action$='/staff']")
        self.fill(expert, {"way": "here", "name": "Amira Haddad", "phone": "040 000 0000", "language": "fi"})
        self.shot(expert, "25-release")
        self.press(expert, "main form[action$='/release-contact']")
        self.go(provider, "/customer")
        assert "Amira Haddad" in provider.inner_text("main"), "the named person does not see who the customer is"
        self.shot(provider, "26-customer")

    def come_back(self, who: str) -> Page:
        """Days have passed, and the sessions with them."""
        page = self.at(who)
        self.log_in(page, who, self.password)
        return page

    def report(self) -> None:
        """The start, the report part by part, and its acceptance."""
        provider, expert = self.come_back(self.provider), self.come_back(EXPERT)
        provider.goto(self.order.replace("/expert/", "/provider/"))
        self.press(provider, "main form[action$='/start']")
        assert provider.locator("main [name^=part_]").count() == 2, "service and module are not told apart"
        self.fill(provider, {"end_kind": "finished", "text": "Työkokeilu päättyi työsuhteeseen; osaaminen on kuvattu."})
        self.shot(provider, "27-parts", at="#h-report")
        self.press(provider, "main form[action$='/report']")
        expert.goto(self.order)
        self.shot(expert, "28-accept")
        self.press(expert, "form[action$='/accept-delivery']")


def order_services(
    base: str,
    new_page: PageFactory,
    new_phone: PageFactory,
    new_old_phone: PageFactory,
    *,
    password: str,
    later: Later,
    shots: Path | None = None,
) -> None:
    """Walk an order against a server where the demo's people log in with ``password``."""
    Ordering(base, new_page, password, "", later, shots, new_phone=new_phone, new_old_phone=new_old_phone).walk()
