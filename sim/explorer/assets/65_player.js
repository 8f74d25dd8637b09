/* Playing: a month a step, smooth in between; nothing is asked of the server. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  const SECONDS = { 1: 60, 2: 30, 3: 20, 4: 12 };
  let playing = false, before = 0, frame = null, slider = null, label = null, button = null;
  explorer.month = 0;
  explorer.speed = "2";
  explorer.gaps = [];

  explorer.buildPlayer = () => {
    const tool = (id, sign, word, act) => make("button", { id, type: "button", class: "tool", "data-aria": word, on: { click: act } }, sign);
    button = make("button", { id: "play", type: "button", class: "play", "data-keys": "", on: { click: explorer.toggle } });
    slider = make("input", { id: "month", type: "range", min: 0, max: 1, step: 1, value: 0, "data-aria": "month", on: { input: () => { explorer.pause(); explorer.place(Number(slider.value)); } } });
    label = make("output", { id: "date", for: "month" });
    const speed = make("select", { id: "speed", "data-aria": "speed", on: { change: () => { explorer.speed = speed.value; } } },
      ["1", "2", "3", "4"].map((value) => make("option", { value, "data-word": "speed_" + value })));
    speed.value = explorer.speed;
    explorer.byId("player").replaceChildren(
      make("div", { class: "row slider-row" }, make("span", { class: "row-name" }, label), make("div", { class: "track slide" }, slider, make("div", { id: "years" }))),
      make("div", { class: "buttons" }, button, tool("rewind", "|◀", "rewind", () => { explorer.pause(); explorer.place(0); }), tool("step-back", "−1", "step_back", () => step(-1)),
        tool("step-on", "+1", "step_on", () => step(1)), tool("to-end", "▶|", "to_end", () => { explorer.pause(); explorer.place(explorer.now.months); }),
        make("label", { for: "speed", class: "small", "data-word": "speed" }), speed, make("span", { class: "small keys", "data-word": "keys" }), make("span", { class: "busy small", "data-word": "simulating" })));
    explorer.nameButton();
  };

  explorer.nameButton = () => {
    button.textContent = (playing ? "❚❚ " : "▶ ") + explorer.say(playing ? "pause" : "play");
    button.setAttribute("aria-pressed", playing ? "true" : "false");
  };

  /* The axis of years under the slider, and its length. */
  explorer.layPlayer = () => {
    const { first_year: first, months } = explorer.now;
    slider.max = months;
    const years = [];
    const apart = months > 150 ? 5 : 1;
    for (let year = Math.ceil(first / apart) * apart; year < first + months / 12; year += apart)
      years.push(make("span", { style: `left:${((year - first) * 1200) / months}%` }, year));
    explorer.byId("years").replaceChildren(...years);
    explorer.place(Math.min(explorer.month, months));
  };

  explorer.toggle = () => (playing ? explorer.pause() : explorer.play());
  explorer.play = () => {
    if (!explorer.now) return;
    if (explorer.month >= explorer.now.months - 0.01) explorer.place(0);
    playing = true;
    before = 0;
    explorer.gaps = [];
    explorer.nameButton();
    document.body.classList.add("playing");
    frame = requestAnimationFrame(tick);
  };
  explorer.pause = () => {
    playing = false;
    cancelAnimationFrame(frame);
    document.body.classList.remove("playing");
    if (button) explorer.nameButton();
    if (explorer.now) { explorer.describe(); explorer.address(); }
  };
  const step = (by) => { explorer.pause(); explorer.place(Math.max(0, Math.min(explorer.now.months, Math.floor(explorer.month + 1e-6) + by))); };

  function tick(time) {
    if (!playing) return;
    const passed = before ? time - before : 0;
    before = time;
    if (passed) explorer.gaps.push(passed);
    explorer.place(explorer.month + (passed / 1000) * (explorer.now.months / SECONDS[explorer.speed]));
    if (explorer.month >= explorer.now.months) explorer.pause();
    else frame = requestAnimationFrame(tick);
  }

  /* Put everything at a month, whole or in between. */
  explorer.place = (month) => {
    const last = Math.floor(explorer.month), most = explorer.now.months;
    explorer.month = Math.max(0, Math.min(most, month));
    for (const name of explorer.charts) explorer.moveEdge(name);
    explorer.moveRibbon();
    slider.value = explorer.month;
    const now = Math.floor(explorer.month);
    if (now !== last || !label.textContent) {
      label.textContent = explorer.date(Math.min(now, most - 1));
      slider.setAttribute("aria-valuetext", label.textContent);
      explorer.moveLedger();
      explorer.drawNetwork();
      explorer.drawMatrix();
      explorer.moveComparison();
    }
    if (!playing) explorer.describe();
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input:not(#month), select, textarea, [role=dialog]:not(#tour)");
    if (!explorer.now || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && !(event.target.closest("button") && event.target.id !== "play")) { event.preventDefault(); explorer.toggle(); }
    else if (event.key === "ArrowRight") { event.preventDefault(); step(event.shiftKey ? 12 : 1); }
    else if (event.key === "ArrowLeft") { event.preventDefault(); step(event.shiftKey ? -12 : -1); }
    else if (event.key === "Home") { event.preventDefault(); explorer.pause(); explorer.place(0); }
    else if (event.key === "End") { event.preventDefault(); explorer.pause(); explorer.place(explorer.now.months); }
  });
})();
