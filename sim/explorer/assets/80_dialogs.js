/* The tour, the terms, hints on hover and focus, and how dialogs open and close. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  const STEPS = [["1", "#stage"], ["2", "#ledger"], ["3", "#do-hold"], ["4", "[data-control='funding']"], ["5", "#many-box"]];
  let step = 0, opener = null;

  explorer.opens = (id) => {
    const box = explorer.byId(id);
    if (box.hidden) opener = document.activeElement;
    box.hidden = false;
    const focus = box.querySelector("h2[tabindex]") || box.querySelector("button");
    if (focus) focus.focus({ preventScroll: true });
  };
  explorer.closes = (id) => {
    const box = explorer.byId(id);
    if (box.hidden) return;
    box.hidden = true;
    if (id === "tour") lit(null);
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  };

  const seen = () => { try { return window.localStorage.getItem("explorer-tour") === "seen"; } catch (_) { return true; } };
  const sawIt = () => { try { window.localStorage.setItem("explorer-tour", "seen"); } catch (_) { /* a browser that keeps nothing shows it again */ } };

  explorer.tourAtFirst = () => { if (!seen()) explorer.tour(0); };
  explorer.tour = (at) => {
    step = at;
    const [number, where] = STEPS[step], last = step === STEPS.length - 1, box = explorer.byId("tour");
    const end = () => { sawIt(); explorer.closes("tour"); };
    box.replaceChildren(make("p", { class: "small" }, explorer.say("step_of", { n: step + 1, all: STEPS.length })), make("h2", { id: "tour-title", tabindex: -1 }, explorer.say(`tour_${number}_title`)),
      make("p", {}, explorer.say("tour_" + number)), make("div", { class: "buttons" },
        last ? null : make("button", { type: "button", class: "link", id: "tour-skip", on: { click: end } }, explorer.say("skip")),
        step ? make("button", { type: "button", class: "quiet", on: { click: () => explorer.tour(step - 1) } }, explorer.say("back")) : null,
        make("button", { type: "button", class: "main", id: "tour-next", on: { click: () => (last ? end() : explorer.tour(step + 1)) } }, explorer.say(last ? "finish" : "next"))));
    box.setAttribute("aria-labelledby", "tour-title");
    box.className = "at-" + number;
    lit(where);
    explorer.opens("tour");
  };
  function lit(where) {
    for (const each of document.querySelectorAll(".lit")) each.classList.remove("lit");
    const place = where && document.querySelector(where);
    if (place) { place.classList.add("lit"); place.scrollIntoView({ block: "nearest" }); }
  }

  explorer.terms = () => {
    const rows = explorer.told.words.glossary.map((term) => make("tr", {}, make("th", { scope: "row" }, term.en, make("br"), make("span", { lang: "zh" }, term.zh)), make("td", {}, explorer.language === "zh" ? term.meaning_zh : term.meaning)));
    explorer.byId("terms").replaceChildren(make("button", { type: "button", class: "icon close", "data-close": "terms", "aria-label": explorer.say("close") }, "×"),
      make("h2", { tabindex: -1 }, explorer.say("glossary")), make("table", {}, make("tbody", {}, rows)));
    explorer.opens("terms");
  };

  /* A small box beside the pointer or the element; null takes it away. */
  explorer.hint = (content, event, element) => {
    const box = explorer.byId("hint");
    box.hidden = !content;
    if (!content) return;
    box.replaceChildren(...content.filter(Boolean));
    const at = element ? element.getBoundingClientRect() : null;
    const x = at ? at.right + 12 : event.clientX + 14, y = at ? at.top - 6 : event.clientY + 14;
    box.style.left = Math.max(8, Math.min(x, window.innerWidth - box.offsetWidth - 12)) + "px";
    box.style.top = Math.max(8, Math.min(y, window.innerHeight - box.offsetHeight - 12)) + "px";
  };

  const hinted = (event) => event.target.closest && event.target.closest("[data-about], [data-hint]");
  const show = (event) => {
    const place = hinted(event);
    if (!place) return;
    if (place.dataset.about) explorer.hint(explorer.about(place.dataset.about), event, place.closest(".control"));
    else explorer.hint([make("p", {}, explorer.say(place.dataset.hint, { seeds: explorer.told.seeds }))], event, null);
  };
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", (event) => { if (event.target.dataset && event.target.dataset.about && event.target.matches(":focus-visible")) show(event); });
  document.addEventListener("click", () => explorer.told && explorer.hint(null));
  document.addEventListener("mouseout", (event) => { if (hinted(event)) explorer.hint(null); });
  document.addEventListener("focusout", () => explorer.told && explorer.hint(null));
  document.addEventListener("click", (event) => { const close = event.target.closest && event.target.closest("[data-close]"); if (close) explorer.closes(close.dataset.close); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const id of ["why", "terms", "tour"]) if (!explorer.byId(id).hidden) { explorer.closes(id); return; }
    const wide = document.querySelector(".card.wide");
    if (wide) explorer.enlarge(wide.querySelector(".enlarge"));
  });
})();
