/* The ribbon of stages: simulated over recorded, then the run held and the shares of many seeds, on one axis. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  const CODES = { 0: "none", 1: "national", 2: "international", 3: "industry-led", 4: "bi-national", 9: "unrecognised" };

  explorer.drawRibbon = () => {
    const { first_year: first, months } = explorer.now;
    const place = explorer.byId("ribbon");
    const rows = [row("simulated", spans(explorer.now), "playing"), row("recorded", recorded(first, months))];
    if (explorer.held) rows.push(row("held", spans(explorer.held.history, months)));
    if (explorer.bands) rows.push(shares());
    place.replaceChildren(key(), ...rows);
    explorer.edges.ribbon = { track: place.querySelector(".playing .spans"), cursor: null };
    explorer.moveRibbon();
  };

  function row(word, children, extra) {
    return make("div", { class: "row " + (extra || "") }, make("span", { class: "row-name" }, explorer.say(word)),
      make("div", { class: "track" }, make("div", { class: "spans" }, children)));
  }

  function span(start, end, stage, body, months) {
    const [colour, ink] = explorer.told.stages[stage];
    const width = ((end - start) / months) * 100;
    const name = explorer.named("stage", stage);
    const label = stage === "none" ? "" : body ? name + " · " + body : name;
    return make("div", { class: "span " + stage, title: label, style: `left:${(start / months) * 100}%;width:${width}%;background:${colour};color:${ink}` }, width > 5 ? label : "");
  }

  const recorded = (first, months) => {
    const stages = explorer.told.record.stages;
    return stages.map(([stage, start, body], place) => {
      const from = Math.max(0, (start - first) * 12), to = Math.min(months, place + 1 < stages.length ? (stages[place + 1][1] - first) * 12 : months);
      return to > from ? span(from, to, stage, body, months) : null;
    });
  };

  const spans = (history, most) => history.spans.filter(([start]) => start < (most || history.months)).map(([start, end, code, body]) =>
    span(start, Math.min(end, most || end), CODES[code], code ? short(body) : "", most || history.months));

  /* Initials of a body with a long name: NSIC for National Storage Industry Consortium. */
  const short = (body) => (/Consortium/.test(body) ? (body.replace(/\(.*?\)/g, "").match(/[A-Z]/g) || []).join("") + (body.match(/\d{4}/) ? " " + body.match(/\d{4}/)[0] : "") : body);
  explorer.shortBody = short;

  function key() {
    return make("div", { class: "key" }, Object.entries(CODES).filter(([code]) => code !== "0").map(([, stage]) =>
      make("span", {}, make("i", { class: "box", style: "--colour:" + explorer.told.stages[stage][0] }), explorer.named("stage", stage))));
  }

  /* Shares of the stages among many seeds, month by month, stacked. */
  function shares() {
    const canvas = make("canvas", { class: "shares", width: explorer.now.months, height: 40, role: "img", "aria-label": explorer.say("many_done", manyValues()) });
    const draw = canvas.getContext("2d");
    for (let month = 0; month < explorer.now.months; month++) {
      let top = 40;
      for (const code of ["4", "3", "2", "1", "9"]) {
        const share = (explorer.bands.stages[code] || [])[month] || 0;
        draw.fillStyle = explorer.told.stages[CODES[code]][0];
        draw.fillRect(month, top - share * 40, 1, share * 40);
        top -= share * 40;
      }
    }
    const line = make("div", { class: "row" }, make("span", { class: "row-name" }, explorer.say("share_of_runs", { runs: explorer.bands.runs })), make("div", { class: "track tall" }, canvas));
    const told = Object.entries(explorer.bands.reached).map(([name, [share, year]]) => explorer.named("stage", name.replace("_", "-")) + ": " +
      explorer.say("many_reached", { share: Math.round(share * 100) + " %" }) + (year ? ", " + explorer.say("many_year", { year }) : ""));
    line.title = told.join("\n");
    return make("div", {}, line, make("p", { class: "reached" }, told.join("   ·   ")));
  }
  const manyValues = () => ({ runs: explorer.bands.runs, first: explorer.bands.first, last: explorer.bands.last });

  /* Drag along a ribbon: the month follows. */
  let dragged = null;
  const monthAt = (event) => {
    const box = dragged.getBoundingClientRect();
    explorer.place(Math.round(((event.clientX - box.left) / box.width) * explorer.now.months));
  };
  document.addEventListener("pointerdown", (event) => {
    dragged = (explorer.now && event.button === 0 && event.target.closest && event.target.closest("#ribbon .track")) || null;
    if (!dragged) return;
    event.preventDefault();
    explorer.pause();
    monthAt(event);
  });
  document.addEventListener("pointermove", (event) => dragged && monthAt(event));
  for (const over of ["pointerup", "pointercancel"]) document.addEventListener(over, () => { if (dragged) explorer.address(); dragged = null; });

  explorer.moveRibbon = () => {
    const edge = explorer.edges.ribbon;
    if (!edge || !edge.track) return;
    const gone = 100 - (explorer.month / explorer.now.months) * 100;
    edge.track.style.clipPath = `inset(0 ${gone}% 0 0)`;
  };
})();
