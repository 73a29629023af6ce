// The tablet at a service point: one question after another; answers are kept while there is no connection.
(() => {
  "use strict";
  const form = document.querySelector("form[data-kiosk]");
  if (!form) return;
  const KEY = "kiosk-answers";
  const WEEK = 7 * 24 * 3600 * 1000;

  // ---- what waits to be sent; each answer has an id, so that the server takes it once ----

  let unstored = [];
  const waiting = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || [];
    } catch {
      return unstored;
    }
  };
  const keep = (answers) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(answers));
    } catch {
      unstored = answers;
    }
  };
  const freshId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  // Sent or refused for good: true. No connection, too many at once, or the tablet's address was renewed: it waits.
  const sent = async ({ mended, ...answer }) => {
    const response = await fetch(form.dataset.kiosk, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      body: JSON.stringify({ ...answer, token: form.dataset.token }),
    });
    if (response.ok) return true;
    if (response.status >= 500 || [404, 408, 429].includes(response.status)) return false;
    const problem = await response.json().catch(() => ({}));
    const aboutTime = (problem.errors || []).some((error) => error.field === "answered_at");
    const clock = Date.parse(response.headers.get("Date") || "");
    if (!aboutTime || !clock || mended) return true;
    // The tablet's clock is wrong: the server's stands for it.
    const mend = { answered_at: new Date(clock).toISOString(), mended: true };
    keep(waiting().map((each) => (each.id === answer.id ? { ...each, ...mend } : each)));
    return false;
  };
  let isSending = false;
  const sendAll = async () => {
    if (isSending) return;
    isSending = true;
    try {
      for (const answer of waiting()) {
        const isOld = !answer.mended && Date.now() - Date.parse(answer.answered_at) > WEEK;
        if (isOld || (await sent(answer))) {
          keep(waiting().filter((each) => each.id !== answer.id));
        }
      }
    } catch {
      // No connection: what is left is sent when there is one again.
    } finally {
      isSending = false;
    }
  };

  // ---- one question after another ----

  const steps = [...form.querySelectorAll("[data-step]")];
  const back = form.querySelector("[data-back]");
  const heading = document.querySelector("h1");
  let now = 0;
  const show = (step) => {
    now = step;
    steps.forEach((each, place) => {
      each.hidden = place !== step;
    });
    back.hidden = step === 0;
    if (step > 0) steps[step].querySelector("input, textarea")?.focus();
  };
  form.addEventListener("click", (event) => {
    // A press on an answer goes on; moving among answers with the arrow keys does not.
    if (event.target.matches("input[type=radio]") && event.detail > 0) show(now + 1);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input[type=radio]")) {
      event.preventDefault();
      event.target.checked = true;
      show(now + 1);
    }
  });
  back.addEventListener("click", () => show(now - 1));

  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      const given = new FormData(form);
      const missing = ["recommendation", "enough_help"].findIndex((name) => given.get(name) === null);
      if (missing >= 0) {
        show(missing);
        return;
      }
      keep([
        ...waiting(),
        {
          id: freshId(),
          recommendation: Number(given.get("recommendation")),
          enough_help: given.get("enough_help"),
          comment: given.get("comment").trim(),
          language: form.dataset.language,
          answered_at: new Date().toISOString(),
        },
      ]);
      form.reset();
      form.hidden = true;
      heading.textContent = form.dataset.thanks;
      heading.tabIndex = -1;
      document.querySelector("[data-next]").hidden = false;
      heading.focus();
      sendAll();
    },
    true,
  );

  if (!form.querySelector(".err")) show(0);
  window.addEventListener("online", sendAll);
  setInterval(sendAll, 60 * 1000);
  sendAll();

  // ---- the page itself without a connection, in every language ----

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(form.dataset.worker).catch(() => {});
    const keepPage = async () => {
      const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src], .langs a")];
      const cache = await caches.open("kiosk-1");
      for (const address of [location.href, ...parts.map((part) => part.href || part.src)]) {
        const response = await fetch(address, { credentials: "omit" });
        if (response.ok) await cache.put(address, response);
      }
      sessionStorage.setItem("kiosk-kept", "yes");
    };
    if (!sessionStorage.getItem("kiosk-kept")) navigator.serviceWorker.ready.then(keepPage).catch(() => {});
  }
})();
