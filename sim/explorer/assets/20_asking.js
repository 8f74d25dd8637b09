/* What the page wants: settings that differ from the defaults and a seed. One question at a time; the last one counts. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const OWN = ["seed", "month", "lang"];
  const state = (explorer.state = { settings: {}, seed: "7", refused: {}, standing: {}, serial: 0 });
  let waiting = 0;
  let again = false;
  let timer = null;

  const tell = (id, data) => window.dash_clientside.set_props(id, { data });

  /* Ask for the history of the present settings, soon; what is asked while one is awaited is asked after it. */
  explorer.ask = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(send, delay === undefined ? 0 : delay);
  };

  function send() {
    if (waiting) {
      again = true;
      return;
    }
    again = false;
    waiting = state.serial += 1;
    document.body.classList.add("simulating");
    tell("asked", { settings: { ...state.settings }, seed: state.seed, serial: waiting });
    watch(waiting);
  }

  /* Say so where the program that serves the page is gone. */
  function watch(serial) {
    setTimeout(async () => {
      if (waiting !== serial) return;
      try {
        await fetch(window.location.pathname, { method: "HEAD", cache: "no-store" });
        watch(serial);
      } catch (_) {
        waiting = 0;
        document.body.classList.remove("simulating");
        explorer.notice(explorer.say("offline"), true);
      }
    }, 4000);
  }

  explorer.set = (name, value, delay) => {
    delete state.refused[name];
    if (value === null) delete state.settings[name];
    else state.settings[name] = String(value);
    explorer.ask(delay);
  };

  explorer.setSeed = (value) => {
    delete state.refused.seed;
    state.seed = String(value).trim();
    explorer.ask();
  };

  explorer.resetAll = () => {
    state.settings = {};
    state.refused = {};
    state.seed = "7";
    explorer.ask();
  };

  /* An answer has come: what was refused is set aside, everything else stands. */
  explorer.answeredAsk = (answer) => {
    if (!answer || answer.serial !== waiting) return;
    waiting = 0;
    const refused = Object.entries(answer.refused || {});
    for (const [name, sentence] of refused) {
      state.refused[name] = { sentence, value: name === "seed" ? state.seed : state.settings[name] };
      if (name === "seed") state.seed = explorer.answer ? String(explorer.answer.seed) : "7";
      else delete state.settings[name];
      if (name === "") state.settings = { ...((explorer.answer || {}).changed || {}) };
    }
    if (!refused.length) {
      explorer.answer = answer;
      state.standing = answer.standing;
      state.seed = String(answer.seed);
      explorer.notice(answer.failed ? explorer.say("failed") + " " + answer.failed : "", Boolean(answer.failed));
    }
    if (!again) document.body.classList.remove("simulating");
    explorer.showControls();
    explorer.address();
    if (again || (refused.length && !explorer.now)) send();
  };

  /* The link in the address bar brings the page back to where it is. */
  explorer.link = () => {
    const told = new URLSearchParams(explorer.answer ? explorer.answer.query : "");
    told.set("month", explorer.date(Math.floor(explorer.month || 0)));
    if (explorer.language !== spoken()) told.set("lang", explorer.language);
    return window.location.origin + window.location.pathname + "?" + told.toString();
  };
  explorer.address = () => {
    if (explorer.answer) window.history.replaceState(null, "", explorer.link());
  };

  /* The language of the page unless the link names one: that of the browser. */
  const spoken = () => (/^zh/i.test(window.navigator.language || "") ? "zh" : "en");

  explorer.restore = () => {
    const told = new URLSearchParams(window.location.search);
    if (told.has("seed")) state.seed = told.get("seed");
    explorer.language = ["en", "zh"].includes(told.get("lang")) ? told.get("lang") : spoken();
    explorer.firstMonth = told.get("month");
    for (const [name, value] of told) if (!OWN.includes(name)) state.settings[name] = value;
  };

  explorer.notice = (text, lasting) => {
    const place = explorer.byId("notice");
    place.textContent = text;
    place.classList.toggle("shown", Boolean(text));
    clearTimeout(explorer.noticeTimer);
    if (text && !lasting) explorer.noticeTimer = setTimeout(() => explorer.notice(""), 4000);
  };
})();
