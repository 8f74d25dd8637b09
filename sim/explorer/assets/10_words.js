/* The words of the page: one table in two languages, told by the server; nothing is written twice. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  explorer.told = null;
  explorer.language = "en";

  const pick = (pair) => (Array.isArray(pair) ? pair[explorer.language === "zh" ? 1 : 0] || pair[0] : pair);

  function fill(text, values) {
    return String(text).replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
  }

  /* A word of the page: say("step_of", {n: 1, all: 5}). */
  explorer.say = (key, values) => fill(pick(explorer.told.words.ui[key]) || key, values);

  /* The name of something in a section of the table, as it stands where the table has none. */
  explorer.named = (section, key) => pick((explorer.told.words[section] || {})[key]) || String(key).replace(/_/g, " ");

  explorer.choiceName = (group, choice) => explorer.named("choice", group + "." + choice).replace(/^\w+\./, "");

  explorer.controlName = (name) => pick((explorer.told.words.control[name] || {}).name) || name;

  /* Meaning of a control: that of its declaration, in Chinese from the table. */
  explorer.controlMeaning = (control) => {
    const pair = (explorer.told.words.control[control.name] || {}).meaning || [];
    return explorer.language === "zh" ? pair[1] || control.meaning : pair[0] || control.meaning;
  };

  explorer.termName = (term) =>
    explorer.language === "zh" ? explorer.told.words.ledger.term[term] || term : term;

  /* Unit of a control, whole or short enough for the line. */
  explorer.unit = (unit) => explorer.named("unit", unit);
  explorer.shortUnit = (unit) => (unit in explorer.told.words.unit_short ? pick(explorer.told.words.unit_short[unit]) : unit);

  /* An allowed range in the language of the page. */
  explorer.range = (range) => (explorer.language === "zh" ? range.replace(" to ", " 至 ").replace("at least ", "≥ ").replace("at most ", "≤ ") : range);

  /* The reason of an event: English as the ledger has it, Chinese by the table of phrases. */
  explorer.reason = (why) => {
    why = (why || "").replace(/(?:[A-Z]\w* )+Consortium(?: \([^)]*\d{4}\))?/g, (body) => explorer.shortBody(body)).replace(/ -(?=\d)/g, " −");
    if (explorer.language !== "zh" || !why) return why.replace(/\b\w+ \/ \w+\b/g, (cell) => explorer.subject(cell));
    let text = why;
    for (const [pattern, chinese] of Object.entries(explorer.told.words.ledger.phrases))
      text = text.replace(new RegExp(pattern, "g"), (...found) =>
        chinese.replace(/\{(\d)\}/g, (_, number) => shortName(found[Number(number)])));
    const terms = Object.entries(explorer.told.words.ledger.term).sort((a, b) => b[0].length - a[0].length);
    for (const [term, chinese] of terms)
      text = text.replace(new RegExp("(^|[ ,;:：，])" + term.replace(/[-]/g, "\\-") + " (?=[+−]\\d)", "g"), "$1" + chinese + " ");
    return text.replace(/, ?/g, "\uff0c").replace(/; ?/g, "\uff1b").replace(/: ?/g, "\uff1a").replace(/\uff0c(?=\d{3}\b)/g, ",");
  };

  const shortName = (word) => explorer.subject(word || "");

  /* A recording system, function, medium or country by its name in the language of the page. */
  explorer.subject = (word) => {
    const words = explorer.told.words;
    for (const section of ["short", "function", "country", "medium", "line", "other"])
      if (words[section] && words[section][word]) return pick(words[section][word]);
    const newcomer = /^(\w+) newcomer (\d+)$/.exec(word);
    if (newcomer && explorer.language === "zh") return fill(pick(words.other.newcomer), { line: explorer.named("line", newcomer[1].toLowerCase()), number: newcomer[2] });
    const parts = word.split(" / ");
    if (parts.length === 2) return parts.map(explorer.subject).join(" / ");
    return explorer.shortBody(word);
  };

  explorer.sentence = (kind, who, whom) =>
    fill(pick(explorer.told.words.ledger.kind[kind]) || kind.replace(/_/g, " ") + ": {who} {whom}",
      { who: explorer.subject(who), whom: explorer.subject(whom) }).trim();

  explorer.date = (month) => {
    const first = explorer.now ? explorer.now.first_year : 1991;
    return first + Math.floor(month / 12) + "-" + String((month % 12) + 1).padStart(2, "0");
  };

  /* The last year that is over: what is kept as of December shows nothing that has not been. */
  explorer.lastDecember = () => explorer.now.first_year + Math.floor((Math.min(explorer.month, explorer.now.months - 1) + 1) / 12) - 1;

  explorer.number = (value, digits) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const size = Math.abs(value);
    const places = digits !== undefined ? digits : size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
    return value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
  };

  /* Fill every element that names its word. */
  explorer.speaks = (root) => {
    document.documentElement.lang = explorer.language === "zh" ? "zh-CN" : "en";
    document.title = explorer.say("title");
    const values = { seeds: explorer.told.seeds };
    for (const element of (root || document).querySelectorAll("[data-word]"))
      element.textContent = explorer.say(element.dataset.word, values);
    for (const element of (root || document).querySelectorAll("[data-aria]"))
      element.setAttribute("aria-label", explorer.say(element.dataset.aria, values));
  };

  /* Elements without a library: make("p", {class: "small"}, "text", child). */
  explorer.make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
    for (const child of children.flat())
      if (child !== null && child !== undefined && child !== "") element.append(child);
    return element;
  };
  explorer.byId = (id) => document.getElementById(id);
})();
