/* The ledger: what happened so far, newest first; a click asks why and shows what was weighed. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  const GROUPS = ["bodies", "members", "industry", "money", "projects"];
  let chosen = new Set(["first"]);
  let rows = [], passed = 0;

  explorer.layLedger = () => {
    layFilters();
    const { events } = explorer.now, ledger = explorer.told.words.ledger;
    const wanted = new Set([...chosen].flatMap((group) => (group === "first" ? ledger.shown.first : ledger.group[group])));
    const list = explorer.byId("events");
    rows = [];
    const pieces = document.createDocumentFragment();
    pieces.append(make("p", { class: "small empty" }, explorer.say("ledger_empty")));
    for (let place = events.month.length - 1; place >= 0; place--) {
      const kind = events.words[events.kind[place]];
      if (!wanted.has(kind)) continue;
      const who = events.words[events.who[place]], whom = events.words[events.whom[place]], why = events.words[events.why[place]];
      const row = make("button", { type: "button", class: "event " + groupOf(kind, ledger), "data-row": events.row[place], "data-kind": kind, hidden: true },
        make("span", { class: "date" }, explorer.date(events.month[place])), make("span", { class: "said" }, explorer.sentence(kind, who, whom)),
        make("span", { class: "reason" }, explorer.reason(why)));
      pieces.append(row);
      rows.push([events.month[place], row]);
    }
    rows.reverse();
    passed = 0;
    list.replaceChildren(pieces);
    explorer.moveLedger();
  };

  const groupOf = (kind, ledger) => GROUPS.find((group) => ledger.group[group].includes(kind)) || "other";

  function layFilters() {
    const place = explorer.byId("filters");
    place.replaceChildren(...GROUPS.map((group) => {
      const on = chosen.has(group);
      return make("button", { type: "button", class: "filter " + group + (on ? " on" : ""), "aria-pressed": on ? "true" : "false", "data-group": group,
        "aria-label": explorer.say("filter_aria", { what: explorer.say("filter_" + group) }),
        on: { click: () => { chosen.delete("first"); if (!chosen.delete(group)) chosen.add(group); if (!chosen.size) chosen.add("first"); explorer.layLedger(); } } },
        explorer.say("filter_" + group));
    }));
  }

  /* Show what has happened by now; hide what has not. */
  explorer.moveLedger = () => {
    const now = Math.floor(explorer.month);
    while (passed < rows.length && rows[passed][0] <= now) rows[passed++][1].hidden = false;
    while (passed > 0 && rows[passed - 1][0] > now) rows[--passed][1].hidden = true;
    const empty = explorer.byId("events").firstChild;
    if (empty) empty.hidden = passed > 0;
  };

  document.addEventListener("click", (event) => {
    const row = event.target.closest && event.target.closest(".event");
    if (row) explorer.askWhy(Number(row.dataset.row));
  });

  explorer.askWhy = (row) => {
    explorer.pause();
    window.dash_clientside.set_props("asked-why", { data: { settings: explorer.answer.changed, seed: explorer.answer.seed, row, serial: Date.now() } });
  };

  /* What decided it: bars for the terms, the test in words, the ballots of a vote. */
  explorer.showWhy = (told) => {
    if (!told) return;
    const box = explorer.byId("why");
    if (told.failed) return explorer.notice(told.failed, true);
    explorer.lastWhy = told;
    const close = make("button", { type: "button", class: "icon close", "data-close": "why", "aria-label": explorer.say("close") }, "×");
    const of = make("div", { class: "ballot-of" });
    box.replaceChildren(close, make("p", { class: "date" }, told.date), make("h2", { id: "why-title", tabindex: -1 }, explorer.sentence(told.kind, told.who, told.whom)),
      make("p", { class: "reason" }, explorer.reason(told.why)), ...(told.decision ? decided(told.decision) : [make("p", { class: "small" }, explorer.say("why_nothing"))]),
      ...ballots(told, of), of);
    box.setAttribute("aria-labelledby", "why-title");
    explorer.opens("why");
  };

  function decided(decision) {
    const share = (value) => explorer.number(value * 100, 1) + " %";
    const fell = explorer.say(decision.happens ? "why_happened" : "why_not");
    const sum = decision.terms.reduce((total, [, value]) => total + value, 0);
    const values = { fell, sum: explorer.number(sum, 2), draw: explorer.number(decision.draw, 3), threshold: explorer.number(decision.threshold, 2), months: decision.months, yes: decision.yes, no: decision.no,
      value: decision.test === "comparison" ? explorer.number(decision.value, 2) : decision.test === "vote" ? share(decision.value) : explorer.number(decision.value, 3), needed: share(decision.needed) };
    return [bars(decision.terms), make("p", { class: "verdict" }, explorer.say("why_" + decision.test, values)),
      make("p", { class: "small " + (decision.agrees ? "agrees" : "differs") }, explorer.say(decision.agrees ? "why_agrees" : "why_differs"))];
  }

  function bars(terms) {
    if (!terms.length) return "";
    const most = Math.max(...terms.map(([, value]) => Math.abs(value)));
    return make("div", { class: "bars", role: "table" }, make("div", { class: "bar head" }, make("span", {}), make("span", { class: "against" }, explorer.say("why_against")), make("span", { class: "for" }, explorer.say("why_for")), make("span", {})),
      terms.slice(0, 14).map(([term, value]) => {
        const width = `width:${(Math.abs(value) / most) * 100}%`;
        return make("div", { class: "bar", role: "row" }, make("span", { role: "cell" }, explorer.termName(term)),
          make("span", { class: "against" }, value < 0 ? make("i", { style: width }) : ""), make("span", { class: "for" }, value > 0 ? make("i", { style: width }) : ""),
          make("span", { class: "value", role: "cell" }, (value > 0 ? "+" : "−") + explorer.number(Math.abs(value), 2)));
      }));
  }

  function ballots(told, of) {
    if (!told.ballots.length) return [];
    const cast = (ballot) => make("button", { type: "button", class: "ballot " + (ballot.yes ? "for" : "against"), disabled: !ballot.decision,
      on: { click: () => of.replaceChildren(make("h3", {}, explorer.say("why_of", { who: ballot.who })), ...decided(ballot.decision)) } },
      (ballot.yes ? "✓ " : "✗ ") + ballot.who);
    return [make("h3", {}, explorer.say("why_ballots")), make("div", { class: "ballots" }, told.ballots.map(cast))];
  }
})();
