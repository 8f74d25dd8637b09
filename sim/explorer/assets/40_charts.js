/* The panels over time, drawn by Plotly once a history; playing only moves the edge of what is shown. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const FONT = '"DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", sans-serif';
  const TIERS = ["#08519c", "#3182bd", "#6baed6", "#c6dbef"];
  const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, scrollZoom: false };
  explorer.charts = ["density", "members", "countries", "money", "makers", "readiness"];
  explorer.edges = {};

  const C = () => explorer.told.colours;
  const time = (history, count) => {
    const key = history.first_year + ":" + count;
    if (time.key !== key) { time.key = key; time.kept = Array.from({ length: count }, (_, month) => history.first_year + month / 12); }
    return time.kept;
  };
  /* A series; a density that nobody has reached yet is nothing on a logarithmic scale. */
  const series = (history, name) => {
    const y = history.series[name] || [];
    return name.endsWith("density_gb_in2") ? y.map((value) => value || null) : y;
  };
  const say = (...all) => explorer.say(...all);

  /* A line of the run that plays (its id begins with "s", so its future is hidden) or of the one held ("h"). */
  function line(history, name, colour, more) {
    const y = series(history, name);
    const held = more && more.held;
    return { type: "scatter", mode: "lines", x: time(history, y.length), y, name: (more && more.label) || name, uid: (held ? "h" : "s") + name,
      line: { color: held ? "#8a8f98" : colour, width: held ? 1.4 : 2, dash: held ? "4px,3px" : (more && more.dash) || "solid", shape: (more && more.shape) || "linear" },
      yaxis: (more && more.axis) || "y", hovertemplate: "%{y:,.3~g}<extra>" + ((more && more.label) || name) + (held ? " · " + say("held") : "") + "</extra>" };
  }

  function held(name, more) {
    return explorer.held ? [line(explorer.held.history, name, "", { ...more, held: true })] : [];
  }

  /* Middle 80 % of many seeds, grey for those of the run held. */
  function bands(name, colour, axis) {
    const found = [];
    const all = [[explorer.held && explorer.held.bands, "#8a8f98", "g"], [explorer.bands, colour, "b"]];
    for (const [told, shade, mark] of all) {
      if (!told || !told.bands[name]) continue;
      const [low, middle, high] = told.bands[name];
      const x = time(explorer.now, low.length);
      const base = { type: "scatter", mode: "lines", x, yaxis: axis || "y", hoverinfo: "skip" };
      found.push({ ...base, y: low, line: { width: 0 }, uid: mark + "l" + name },
        { ...base, y: high, line: { width: 0 }, fill: "tonexty", fillcolor: tint(shade, 0.2), uid: mark + "h" + name },
        { ...base, y: middle, line: { width: 1, color: tint(shade, 0.65) }, uid: mark + "m" + name });
    }
    return found;
  }

  const tint = (colour, share) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${share})`;
  };

  const dots = (points, more) => ({ type: "scatter", mode: "markers", x: points[0], y: points[1], uid: "r" + more.uid,
    marker: { size: more.size || 5, color: more.hollow ? "#fff" : C().black, line: { color: more.hollow ? C().black : "#fff", width: more.hollow ? 1.2 : 0.7 } },
    hovertemplate: "%{y:,.3~g}<extra>" + more.label + " · " + say("recorded") + "</extra>", yaxis: "y" });

  /* Now less held (or over held), month by month. */
  function difference(name, colour, label, more) {
    const now = series(explorer.now, name), before = series(explorer.held.history, name);
    const y = now.slice(0, before.length).map((value, month) =>
      value === null || before[month] === null ? null : more && more.ratio ? value / before[month] : value - before[month]);
    return { type: "scatter", mode: "lines", x: time(explorer.now, y.length), y, uid: "s" + name, line: { color: colour, width: 2 },
      yaxis: (more && more.axis) || "y", hovertemplate: "%{y:+,.3~g}<extra>" + label + "</extra>" };
  }

  const MAKERS_DOMAIN = [[0.42, 1], [0, 0.3]];
  const two = (top, bottom, titles) => ({ yaxis: { domain: top, ...titles[0] }, yaxis2: { domain: bottom, anchor: "x", ...titles[1] } });

  const FIGURES = {
    density() {
      const { blue, green } = C();
      if (explorer.differs) return { traces: [difference("product_density_gb_in2", blue, say("product"), { ratio: true }),
        difference("laboratory_density_gb_in2", green, say("lab"), { ratio: true })], layout: { yaxis: { ticksuffix: "×" } }, level: 1,
        key: [[say("product"), blue], [say("lab"), green]] };
      const record = explorer.told.record;
      return {
        traces: [...bands("laboratory_density_gb_in2", green), ...bands("product_density_gb_in2", blue),
          ...held("laboratory_density_gb_in2", { label: say("lab") }), ...held("product_density_gb_in2", { label: say("product") }),
          line(explorer.now, "laboratory_density_gb_in2", green, { label: say("lab"), dash: "5px,2px" }),
          line(explorer.now, "product_density_gb_in2", blue, { label: say("product") }),
          dots(record.laboratory, { uid: "lab", hollow: true, label: say("lab") }), dots(record.product, { uid: "pro", label: say("product") })],
        layout: { yaxis: { type: "log", dtick: 1, tickvals: [0.1, 1, 10, 100, 1000, 10000], ticktext: ["0.1", "1", "10", "100", "1000", "10⁴"] } },
        key: [[say("product"), blue], [say("lab"), green, "dash"], [say("recorded"), "#000", "dot"], [say("recorded") + ", " + say("lab"), "#000", "ring"], ...band(blue), ...before()] };
    },
    members() {
      const { green, orange, blue, purple } = C();
      const layout = two([0.38, 1], [0, 0.28], [{ rangemode: "tozero" }, { zeroline: true, zerolinecolor: "#9aa1a9", nticks: 4 }]);
      if (explorer.differs) return { traces: [difference("members", blue, say("members_word")),
        difference("joins_year", green, say("joins"), { axis: "y2" }), difference("exits_year", orange, say("exits"), { axis: "y2" })],
        layout: { ...layout, yaxis: { domain: [0.38, 1] } }, level: 0, key: [[say("members_word"), blue], [say("joins"), green], [say("exits"), orange]] };
      const months = explorer.now.months;
      const tiers = [1, 2, 3, 4].map((tier) => ({ type: "scatter", mode: "lines", x: time(explorer.now, months), y: series(explorer.now, "members_tier_" + tier),
        stackgroup: "tiers", line: { width: 0, color: TIERS[tier - 1] }, fillcolor: TIERS[tier - 1], uid: "stier" + tier,
        hovertemplate: "%{y}<extra>" + tierName(tier) + "</extra>" }));
      const flow = (name, colour, sign, label) => ({ type: "scatter", mode: "lines", x: time(explorer.now, months), y: series(explorer.now, name).map((value) => sign * value),
        fill: "tozeroy", line: { width: 1, color: colour, shape: "hv" }, fillcolor: tint(colour, 0.55), yaxis: "y2", uid: "s" + name, customdata: series(explorer.now, name),
        hovertemplate: "%{customdata}<extra>" + label + "</extra>" });
      return {
        traces: [...tiers, ...bands("members", purple), ...held("members", { label: say("members_word") }),
          flow("joins_year", green, 1, say("joins")), flow("exits_year", orange, -1, say("exits"))],
        layout, key: [...[1, 2, 3, 4].map((tier) => [tier === 2 || tier === 3 ? String(tier) : tierName(tier), TIERS[tier - 1], "box"]), [say("joins"), green, "box"], [say("exits"), orange, "box"], ...band(purple), ...before()] };
    },
    countries() {
      const { blue, vermilion, black, purple } = C();
      const looks = [blue, vermilion, "#b5bac1"];
      const label = (place) => (place < 2 ? explorer.named("country", explorer.now.owners[place][0]) : say("other_countries"));
      const key = looks.map((colour, place) => [label(place), colour, explorer.differs ? "line" : "box"]);
      const now = byOwner(explorer.now);
      if (explorer.differs) {
        const then = byOwner(explorer.held.history);
        return { traces: now.map((y, place) => ({ type: "scatter", mode: "lines", x: time(explorer.now, y.length), y: y.map((value, month) => (month < then[place].length ? value - then[place][month] : null)),
          uid: "sowner" + place, line: { color: place === 2 ? "#6b737c" : looks[place], width: 2 }, hovertemplate: "%{y:+}<extra>" + label(place) + "</extra>" })), layout: {}, level: 0, key };
      }
      const stack = now.map((y, place) => ({ type: "scatter", mode: "lines", x: time(explorer.now, y.length), y, stackgroup: "owners", line: { width: 0, color: looks[place] }, fillcolor: tint(looks[place], place === 2 ? 1 : 0.85),
        uid: "sowner" + place, hovertemplate: "%{y}<extra>" + label(place) + "</extra>" }));
      return { traces: [...stack, ...bands("members_foreign", purple), ...held("members_foreign", { label: say("foreign") }), line(explorer.now, "sister_members", black, { label: say("sister"), dash: "2px,2px" })],
        layout: { yaxis: { rangemode: "tozero" } }, key: [...key, [say("sister"), black, "dash"], ...band(purple, say("foreign")), ...before(say("foreign"))] };
    },
    money() {
      const { green, purple, sky, black, blue } = C();
      const layout = two([0.4, 1], [0, 0.26], [{ rangemode: "tozero" }, { rangemode: "tozero", nticks: 3 }]);
      if (explorer.differs) return { traces: [difference("fees_year", green, say("fees")), difference("public_year", purple, say("public_money")), difference("reserve_musd", black, say("reserve"), { axis: "y2" })],
        layout: { ...layout, yaxis: { domain: [0.4, 1] }, yaxis2: { domain: [0, 0.26], anchor: "x", nticks: 3 } }, level: 0, key: [[say("fees"), green], [say("public_money"), purple], [say("reserve"), black]] };
      const money = explorer.now.money;
      const kinds = [["fees_musd", green, say("fees")], ["public_musd", purple, say("public_money")], ["match_musd", sky, say("match")]];
      const bars = kinds.map(([name, colour, label]) => ({ type: "bar", x: money.years.map((year) => year + 0.5), y: money[name], width: 0.84, marker: { color: colour, line: { width: 0 } }, uid: "s" + name,
        hovertemplate: "%{y:.3~g}<extra>" + label + "</extra>" }));
      const income = say("fees") + " + " + say("public_money");
      const reserve = { ...line(explorer.now, "reserve_musd", black, { label: say("reserve"), axis: "y2" }), fill: "tozeroy", fillcolor: tint("#000000", 0.12) };
      return { traces: [...bars, ...bands("income_year", blue), ...held("income_year", { label: income }), ...held("reserve_musd", { label: say("reserve"), axis: "y2" }), reserve],
        layout: { ...layout, barmode: "stack" },
        key: [...kinds.map(([, colour, label]) => [label, colour, "box"]), [say("reserve"), black], ...band(blue, income), ...before(income)] };
    },
    makers() {
      const { blue, vermilion } = C();
      const layout = two(MAKERS_DOMAIN[0], MAKERS_DOMAIN[1], [{ rangemode: "tozero" }, { rangemode: "tozero", nticks: 3 }]);
      const key = [[say("makers_line"), blue], [say("recorded"), "#000", "dot"], [say("hhi"), vermilion]];
      if (explorer.differs) return { traces: [difference("drive_makers", blue, say("makers_line")), difference("hhi_units", vermilion, say("hhi"), { axis: "y2" })],
        layout: { ...layout, yaxis: { domain: MAKERS_DOMAIN[0] }, yaxis2: { domain: MAKERS_DOMAIN[1], anchor: "x", nticks: 3 } }, level: 0, key: [key[0], key[2]] };
      return { traces: [...bands("drive_makers", blue), ...bands("hhi_units", vermilion, "y2"), ...held("drive_makers", { label: say("makers_line"), shape: "hv" }), ...held("hhi_units", { axis: "y2", label: say("hhi") }),
        line(explorer.now, "drive_makers", blue, { label: say("makers_line"), shape: "hv" }), line(explorer.now, "hhi_units", vermilion, { axis: "y2", label: "HHI" }),
        dots(explorer.told.record.makers, { uid: "mak", label: say("makers_line"), size: 4.5 })], layout, key: [...key, ...band(blue), ...before()] };
    },
    readiness() {
      const looks = systemLooks();
      const now = explorer.now.readiness;
      const x = (count) => Array.from({ length: count }, (_, look) => explorer.now.first_year + ((look + 1) * now.step) / 12);
      const traces = [], key = [];
      now.systems.forEach((name, place) => {
        const [colour, dash] = looks[name] || [C().grey, "solid"];
        const label = explorer.named("short", name);
        let y = now.ready[place];
        if (explorer.differs) {
          const before = explorer.held.history.readiness.ready[place];
          y = y.map((value, look) => (value === null || before[look] === null || before[look] === undefined ? null : value - before[look]));
        } else if (explorer.held) traces.push({ type: "scatter", mode: "lines", x: x(explorer.held.history.readiness.ready[place].length), y: explorer.held.history.readiness.ready[place], uid: "h" + name,
          line: { color: tint(colour, 0.45), width: 1, dash: "3px,3px" }, hoverinfo: "skip" });
        traces.push({ type: "scatter", mode: "lines", x: x(y.length), y, uid: "s" + name, line: { color: colour, width: 1.9, dash }, hovertemplate: "%{y:.2f}<extra>" + label + "</extra>" });
        const sold = now.sold[place];
        if (sold > 0 && !explorer.differs) traces.push({ type: "scatter", mode: "markers", x: [explorer.now.first_year + sold / 12], y: [y[Math.min(y.length - 1, Math.floor(sold / now.step))]], uid: "sp" + name,
          marker: { size: 8, color: colour, line: { color: "#fff", width: 1.2 } }, hoverinfo: "skip" });
        key.push([label, colour, dash === "solid" ? "line" : "dash"]);
      });
      if (!explorer.differs) key.push(...before());
      return { traces, layout: { yaxis: explorer.differs ? {} : { range: [0, 1.03], nticks: 6 } }, key, level: explorer.differs ? 0 : undefined };
    },
  };

  /* Members of the reference country, of its sister, and of all others together, by month. */
  function byOwner(history) {
    const [home, sister, ...others] = history.owners.map((owner) => owner[1]);
    return [home, sister, home.map((_, month) => others.reduce((sum, owner) => sum + owner[month], 0))];
  }

  /* What the key says of bands and of the run held, where they are drawn. */
  const band = (colour, of) => (explorer.bands ? [[say("band_key") + (of ? " (" + of + ")" : ""), colour, "band"]] : []);
  const before = (of) => (explorer.held ? [[say("held") + (of ? " (" + of + ")" : ""), "#8a8f98", "dash"]] : []);

  const tierName = (tier) => (tier === 4 ? say("tier_4") : say("tier", { n: tier }));
  const systemLooks = () => {
    const { black, grey, orange, sky, blue, vermilion, purple, green } = C();
    return { longitudinal: [grey, "solid"], perpendicular: [blue, "solid"], shingled: [sky, "solid"], microwave: [orange, "solid"],
      heat: [vermilion, "solid"], heat_3d: [purple, "solid"], tape: [green, "2px,2px"], optical: ["#b0862e", "2px,2px"], flash: [black, "2px,2px"] };
  };

  function layoutOf(figure) {
    const first = explorer.now.first_year, last = first + explorer.now.months / 12;
    const size = document.body.clientWidth >= 1700 ? 13 : 11;
    const axis = { fixedrange: true, gridcolor: "#eceef1", zeroline: false, tickfont: { size }, automargin: false, ticklen: 3, tickcolor: "#c4c9d0" };
    const told = figure.layout;
    const layout = { margin: { l: size > 11 ? 50 : 42, r: 12, t: 6, b: size > 11 ? 26 : 22 }, font: { family: FONT, size, color: "#3a4048" }, showlegend: false, dragmode: false,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", hovermode: "x unified", hoverlabel: { font: { size, family: FONT }, bgcolor: "rgba(255,255,255,.94)" }, bargap: 0.1,
      ...told, xaxis: { ...axis, showgrid: false, range: [first, last], dtick: last - first > 12 ? 5 : 1, tick0: 1990, hoverformat: ".1f", anchor: told.yaxis2 ? "y2" : "y", tickformat: "d" },
      yaxis: { ...axis, ...told.yaxis } };
    if (told.yaxis2) layout.yaxis2 = { ...axis, ...told.yaxis2 };
    if (figure.level !== undefined) layout.shapes = [{ type: "line", xref: "paper", x0: 0, x1: 1, yref: "y", y0: figure.level, y1: figure.level, line: { color: "#9aa1a9", width: 1 } }];
    return layout;
  }

  explorer.drawChart = (name) => {
    const place = explorer.byId("plot-" + name);
    const figure = FIGURES[name]();
    explorer.drawKey(name, figure.key);
    const unit = explorer.byId("unit-" + name);
    unit.title = unit.textContent = explorer.differs ? say(name === "density" ? "ratio_unit" : "difference_unit") : say(name + "_unit");
    place.setAttribute("role", "img");
    return window.Plotly.react(place, figure.traces, layoutOf(figure), CONFIG).then(() => {
      edge(name, place);
      if (!place.dataset.listens) place.on("plotly_beforehover", (event) => !event.clientX || event.clientX - place.getBoundingClientRect().left <= explorer.edges[name].left + reached(name) + 3);
      place.dataset.listens = "yes";
    });
  };

  const DESCRIBED = { density: [["product", "product_density_gb_in2"], ["lab", "laboratory_density_gb_in2"]], members: [["members_word", "members"], ["joins", "joins_year"], ["exits", "exits_year"]],
    countries: [["domestic", "members_domestic"], ["foreign", "members_foreign"], ["sister", "sister_members"]], money: [["fees", "fees_year"], ["public_money", "public_year"], ["reserve", "reserve_musd"]],
    makers: [["makers_line", "drive_makers"], ["hhi", "hhi_units"]] };

  /* Every panel tells a reader of the screen what it shows at the month that stands. */
  explorer.describe = () => {
    const month = Math.min(Math.floor(explorer.month), explorer.now.months - 1), date = explorer.date(month), now = explorer.now.readiness;
    for (const name of explorer.charts) {
      const look = Math.min(Math.floor(month / now.step), now.ready[0].length - 1);
      const told = DESCRIBED[name] ? DESCRIBED[name].map(([word, key]) => say(word) + " " + explorer.number(series(explorer.now, key)[month]))
        : now.systems.map((system, place) => [system, now.ready[place][look]]).filter(([, value]) => value !== null).map(([system, value]) => explorer.named("short", system) + " " + explorer.number(value));
      explorer.byId("plot-" + name).setAttribute("aria-label", say("at_this_month", { name: say(name), date, told: told.join(", ") }));
    }
  };

  explorer.drawKey = (name, key) => {
    const card = explorer.byId("card-" + name);
    let place = card.querySelector(".key");
    if (!place) card.querySelector(".head").after((place = explorer.make("div", { class: "key" })));
    place.replaceChildren(...key.map(([label, colour, look]) => explorer.make("span", {},
      explorer.make("i", { class: look || "line", style: "--colour:" + colour }), label)));
  };

  /* Everything of the run that plays is cut at the edge, a rectangle as wide as the time that has passed. */
  function edge(name, place) {
    const svg = place.querySelector("svg.main-svg");
    if (!svg) return;
    const size = place._fullLayout._size;
    let rect = place.querySelector("clipPath#edge-" + name + " rect");
    if (!rect) {
      const NS = "http://www.w3.org/2000/svg";
      const clip = document.createElementNS(NS, "clipPath");
      clip.id = "edge-" + name;
      rect = document.createElementNS(NS, "rect");
      rect.setAttribute("y", -20);
      rect.setAttribute("height", 3000);
      rect.setAttribute("x", 0);
      clip.append(rect);
      const defs = document.createElementNS(NS, "defs");
      defs.append(clip);
      svg.append(defs);
    }
    for (const trace of place.querySelectorAll(".scatterlayer > .trace"))
      if (uidOf(trace).startsWith("s")) trace.setAttribute("clip-path", `url(#edge-${name})`);
      else trace.removeAttribute("clip-path");
    for (const layer of place.querySelectorAll(".barlayer")) layer.setAttribute("clip-path", `url(#edge-${name})`);
    let cursor = place.querySelector(".cursor");
    if (!cursor) place.append((cursor = explorer.make("div", { class: "cursor" })));
    cursor.style.cssText = `left:${size.l}px;top:${size.t}px;height:${size.h}px`;
    explorer.edges[name] = { rect, cursor, width: size.w, left: size.l };
    explorer.moveEdge(name);
  }

  /* The name a trace was given; Plotly binds it to the group it draws. */
  const uidOf = (group) => { const data = group.__data__; return (data && data[0] && data[0].trace && data[0].trace.uid) || ""; };

  const reached = (name) => (explorer.edges[name].width * explorer.month) / explorer.now.months;

  explorer.moveEdge = (name) => {
    const found = explorer.edges[name];
    if (!found || !explorer.now) return;
    const width = reached(name);
    found.rect.setAttribute("width", Math.max(0, width));
    found.cursor.style.transform = `translateX(${width}px)`;
  };
})();
