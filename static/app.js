// Small helpers; every page works without them.
(() => {
  "use strict";

  // After a rejected form the list of errors is read first.
  const focusErrors = (root) => root.querySelector(".errsum")?.focus();

  // A form is sent once: the button turns busy, a second click does nothing.
  const setBusy = (form, button) => {
    form.dataset.sent = "yes";
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    const icon = document.querySelector("#busy-icon");
    if (icon && !button.querySelector(".ico")) button.prepend(icon.content.cloneNode(true));
  };
  const setReady = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.querySelector(".ico-busy")?.remove();
    });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    setBusy(form, event.submitter);
  });

  // Coming back by the browser's own button: forms can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(setReady);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close], [data-print]");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    else button.closest(button.dataset.close)?.remove();
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-print][hidden]").forEach((button) => {
      button.hidden = false;
    });
    focusErrors(document);
  });
  document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
})();
