/* Comparing: a run is held, the next is drawn over it, and the difference told in figures. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  const BY_MONTH = [["product_density_gb_in2"], ["members"], ["members_foreign"], ["income", "fees_year", "public_year"], ["drive_makers"], ["projects_active"]];
  explorer.held = null;
  explorer.differs = false;
  let live = [], unfolded = null;

  explorer.hold = () => {
    if (explorer.held) { explorer.held = null; explorer.differs = false; }
    else explorer.held = { history: explorer.now, answer: explorer.answer, bands: explorer.bands };
    explorer.drawAll();
  };

  explorer.layComparison = () => {
    const box = explorer.byId("comparison"), button = explorer.byId("do-hold");
    button.dataset.word = explorer.held ? "unhold" : "hold";
    button.textContent = explorer.say(button.dataset.word);
    button.classList.toggle("on", Boolean(explorer.held));
    button.dataset.hint = explorer.held ? "unhold_meaning" : "hold_meaning";
    box.hidden = !explorer.held;
    if (!explorer.held) return;
    const changes = changed();
    const kinds = make("div", { class: "switch", role: "group" }, ["both", "difference"].map((kind) => make("button", { type: "button", "data-kind": kind,
      "aria-pressed": (kind === "difference") === explorer.differs ? "true" : "false", on: { click: () => { explorer.differs = kind === "difference"; explorer.drawAll(); } } }, explorer.say("compare_" + kind))));
    const figures = make("button", { type: "button", class: "link figures", "aria-expanded": open() ? "true" : "false", "aria-controls": "figures",
      on: { click: () => { unfolded = !open(); explorer.layComparison(); } } }, (open() ? "▾ " : "▸ ") + explorer.say("figures"));
    box.replaceChildren(make("div", { class: "head" }, make("h2", {}, explorer.say("compare")), make("span", { class: "changes" }, changes.length ? changes.join(" · ") : explorer.say(same() ? "compare_hint" : "compare_same")), figures, kinds),
      make("div", { class: "tables", id: "figures", hidden: !open() }, table(whole()), liveTable()), make("p", { class: "small" }, explorer.say("compare_note", { seeds: explorer.told.seeds })));
    explorer.moveComparison(true);
  };

  /* The figures are unfolded where there is room for them beside the panels, else on demand. */
  const open = () => unfolded ?? window.innerHeight >= 900;

  const same = () => explorer.held.history.key === explorer.now.key;

  /* What was changed between the two, in words. */
  function changed() {
    const before = explorer.held.answer, now = explorer.answer;
    const names = [...new Set([...Object.keys(before.changed), ...Object.keys(now.changed)])];
    const value = (answer, name) => { const told = answer.changed[name] ?? answer.standing[name] ?? (explorer.told.controls.find((each) => each.name === name) || {}).default ?? "·";
      return explorer.told.words.choice[name + "." + told] ? explorer.choiceName(name, told) : told; };
    const told = names.filter((name) => before.changed[name] !== now.changed[name]).map((name) => `${explorer.controlName(name)}: ${value(before, name)} → ${value(now, name)}`);
    if (before.seed !== now.seed) told.push(`${explorer.say("seed")}: ${before.seed} → ${now.seed}`);
    return told;
  }

  const heads = (first) => make("thead", {}, make("tr", {}, make("th", {}, first), ...["held", "now", "difference"].map((word) => make("th", { scope: "col" }, explorer.say("compare_" + word)))));

  /* Outcomes of the whole history. */
  function whole() {
    const before = explorer.held.history.outcomes, now = explorer.now.outcomes;
    return Object.keys(now).map((name) => {
      const year = name.startsWith("year_"), digits = year ? 1 : undefined;
      const show = (value) => (value === null || value === undefined ? (year ? explorer.say("never") : "–") : year ? calendar(value) : explorer.number(value));
      const both = typeof now[name] === "number" && typeof before[name] === "number";
      return [explorer.named("outcome", name), show(before[name]), show(now[name]), both ? signed(now[name] - before[name], digits) + (year && now[name] !== before[name] ? " " + explorer.shortUnit("years") : "") : "–"];
    });
  }

  /* A decimal year as year and month. */
  const calendar = (value) => { const months = Math.round(value * 12); return Math.floor(months / 12) + "-" + String((months % 12) + 1).padStart(2, "0"); };
  const signed = (value, digits) => (Math.abs(value) < 1e-9 ? "0" : (value > 0 ? "+" : "−") + explorer.number(Math.abs(value), digits));
  const table = (rows) => make("table", { class: "compared" }, heads(""), make("tbody", {}, rows.map((row) => make("tr", {}, make("th", { scope: "row" }, row[0]), row.slice(1).map((cell) => make("td", {}, cell))))));

  function liveTable() {
    const head = make("th", {});
    live = [];
    const rows = BY_MONTH.map(([name, ...parts]) => {
      const cells = [make("td", {}), make("td", {}), make("td", {})];
      live.push([parts.length ? parts : [name], cells, head]);
      return make("tr", {}, make("th", { scope: "row" }, explorer.named("outcome", name)), cells);
    });
    const made = make("table", { class: "compared" }, heads(""), make("tbody", {}, rows));
    made.querySelector("thead th").replaceWith(head);
    return made;
  }

  explorer.moveComparison = () => {
    if (!explorer.held || !live.length) return;
    const month = Math.min(Math.floor(explorer.month), explorer.now.months - 1);
    const at = (history, parts) => parts.reduce((sum, name) => sum + ((history.series[name] || [])[Math.min(month, history.months - 1)] ?? NaN), 0);
    for (const [parts, cells, head] of live) {
      const before = at(explorer.held.history, parts), now = at(explorer.now, parts);
      cells[0].textContent = explorer.number(before); cells[1].textContent = explorer.number(now); cells[2].textContent = Number.isNaN(now - before) ? "–" : signed(now - before);
      head.textContent = explorer.say("compare_in", { date: explorer.date(month) });
    }
  };
})();
