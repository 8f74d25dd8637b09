/* The priority matrix of a year beside the projects awarded under it: one table, recording systems by functions, twice. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  let shown = null, cells = null;

  explorer.layMatrix = () => {
    const { systems, functions } = explorer.now.matrix;
    const named = (section, name) => explorer.named(section, name);
    cells = systems.map(() => [functions.map(() => make("td", {})), functions.map(() => make("td", {}))]);
    const heads = () => functions.map((name) => make("th", { scope: "col", title: named("function", name) }, make("span", {}, named(explorer.language === "zh" ? "brief" : "function", name))));
    const table = make("table", { class: "matrix" },
      make("thead", {}, make("tr", {}, make("td", {}), make("th", { colspan: functions.length }, explorer.say("asked_for")), make("td", { class: "gap" }), make("th", { colspan: functions.length }, explorer.say("awarded"))),
        make("tr", {}, make("td", {}), heads(), make("td", { class: "gap" }), heads())),
      make("tbody", {}, systems.map((name, row) => make("tr", {}, make("th", { scope: "row" }, named("short", name)), cells[row][0], make("td", { class: "gap" }), cells[row][1]))));
    explorer.byId("plot-matrix").replaceChildren(table);
    shown = null;
    explorer.drawMatrix();
  };

  explorer.drawMatrix = () => {
    if (!cells || !explorer.now) return;
    const year = explorer.lastDecember();
    if (shown === year) return;
    shown = year;
    explorer.byId("unit-matrix").textContent = year < explorer.now.first_year ? "" : explorer.say("matrix_unit", { year });
    const [sent, awarded] = explorer.now.matrix.years[year] || [null, null];
    explorer.byId("plot-matrix").setAttribute("aria-label", explorer.say("matrix") + ", " + year);
    const most = awarded ? Math.max(1, ...awarded.flat()) : 1, top = sent ? Math.max(0.01, ...sent.flat()) : 1;
    cells.forEach((row, system) => row.forEach((part, which) => part.forEach((cell, place) => {
      const value = which ? (awarded ? awarded[system][place] : 0) : sent ? sent[system][place] : 0;
      const strength = which ? value / most : value / top;
      cell.textContent = value ? (which ? value : Math.round(value * 100) || "·") : "";
      cell.style.backgroundColor = value ? `rgba(${which ? "213,94,0" : "0,114,178"},${(0.14 + 0.64 * strength).toFixed(2)})` : "";
    })));
  };
})();
