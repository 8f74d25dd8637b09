/* Many seeds of the present settings: one click, progress, bands. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  explorer.bands = null;
  let job = null;
  const kept = new Map();
  const name = (settings) => JSON.stringify(Object.entries(settings).sort());

  const tell = (action) => window.dash_clientside.set_props("asked-many", { data: { action, settings: job.settings, seed: 0, seeds: job.seeds, at: Date.now() } });
  const clock = (on) => window.dash_clientside.set_props("many-clock", { disabled: !on });

  explorer.startMany = (seeds) => {
    job = { settings: { ...explorer.answer.changed }, seeds: seeds || explorer.many || explorer.told.seeds, made: 0, status: "waiting" };
    tell("start");
    clock(true);
    explorer.layMany();
  };

  explorer.countedMany = (told) => {
    if (!job || !told || told.seeds === undefined) { if (told && told.words) explorer.notice(explorer.say("many_failed", told), true); return; }
    if (["stopped"].includes(job.status)) return;
    Object.assign(job, { made: told.made, status: told.status, failed: told.failed });
    if (["done", "failed", "stopped"].includes(told.status)) clock(false);
    if (told.status === "done") {
      const bands = { ...told.summary, first: told.first_seed, last: told.first_seed + told.seeds - 1 };
      kept.set(name(job.settings), bands);
      if (kept.size > 8) kept.delete(kept.keys().next().value);
      job = null;
      explorer.takeBands();
      explorer.drawAll();
    } else if (told.status === "failed") { explorer.notice(explorer.say("many_failed", told), true); job = null; }
    explorer.layMany();
  };

  /* The bands of the present settings, if they have been made. */
  explorer.takeBands = () => {
    const found = kept.get(name(explorer.answer.changed)) || null, other = found !== explorer.bands;
    explorer.bands = found;
    if (explorer.held && !explorer.held.bands) explorer.held.bands = kept.get(name(explorer.held.answer.changed)) || null;
    return other;
  };

  explorer.layMany = () => {
    const box = explorer.byId("many-box");
    if (job) {
      const stop = () => { tell("stop"); job.status = "stopped"; clock(false); job = null; explorer.notice(explorer.say("many_stopped")); explorer.layMany(); };
      box.replaceChildren(make("progress", { max: job.seeds, value: job.made, "aria-label": explorer.say("many", { seeds: job.seeds }) }),
        make("span", { class: "small", id: "many-progress" }, job.status === "waiting" ? explorer.say("many_waiting") : explorer.say("many_running", job)), make("button", { type: "button", id: "many-stop", class: "quiet", on: { click: stop } }, explorer.say("many_stop")));
    } else if (explorer.bands) {
      box.replaceChildren(make("span", { class: "small", id: "many-told" }, explorer.say("many_done", explorer.bands)), make("button", { type: "button", id: "many-clear", class: "quiet",
        on: { click: () => { kept.delete(name(explorer.answer.changed)); explorer.bands = null; explorer.drawAll(); explorer.layMany(); } } }, explorer.say("many_clear")));
    } else {
      const values = { seeds: explorer.many || explorer.told.seeds };
      box.replaceChildren(make("button", { type: "button", id: "do-many", "data-hint": "many_meaning", on: { click: () => explorer.startMany() } }, explorer.say("many", values)));
    }
  };
})();
