/* The assumptions: choices, sliders and typed values, each with unit, range, meaning and source; changed ones are marked. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const make = (...all) => explorer.make(...all);
  const SECTIONS = ["world", "money", "charter", "firms"];
  const parts = {};

  explorer.buildControls = () => {
    const place = explorer.byId("controls");
    place.replaceChildren(seedControl());
    for (const section of SECTIONS)
      place.append(make("h3", { "data-word": "section_" + section }),
        ...explorer.told.controls.filter((each) => each.section === section).map(control));
    place.append(make("h3", { "data-word": "any_setting" }), anyOther(), make("h3", { "data-word": "share" }), sharing());
  };

  function seedControl() {
    const input = make("input", { id: "seed", type: "text", inputmode: "numeric", class: "value", "data-aria": "seed",
      on: { change: () => explorer.setSeed(input.value) } });
    const other = make("button", { type: "button", class: "icon", "data-aria": "another_seed",
      on: { click: () => explorer.setSeed(Math.floor(Math.random() * 9000) + 1) } }, "⟳");
    const all = make("button", { id: "reset-all", type: "button", class: "link", "data-word": "reset_all",
      on: { click: explorer.resetAll } });
    const refused = make("p", { class: "refused", role: "alert" });
    const row = make("div", { class: "control", "data-control": "seed" },
      make("div", { class: "line" }, make("label", { for: "seed", "data-word": "seed", "data-about": "seed", tabindex: 0 }), input, other), refused, all);
    parts.seed = { input, refused, row, all };
    return row;
  }

  function control(about) {
    const id = "control-" + about.name.replace(/\W/g, "-");
    const label = make("label", { for: id, "data-about": about.name, tabindex: 0 });
    const refused = make("p", { class: "refused", role: "alert" });
    const back = make("button", { type: "button", class: "link back", hidden: true,
      on: { click: () => explorer.set(about.name, null) } });
    const other = make("span", { class: "other" });
    const row = make("div", { class: "control", "data-control": about.name });
    const part = (parts[about.name] = { about, label, refused, back, other, row });
    if (about.slider) number(part, id);
    else choice(part, id);
    row.append(make("div", { class: "foot" }, other, back), refused);
    return row;
  }

  function choice(part, id) {
    part.select = make("select", { id, on: { change: () => explorer.set(part.about.name, asked(part, part.select.value)) } });
    for (const name of Object.keys(part.about.choices)) part.select.append(make("option", { value: name }));
    part.row.append(make("div", { class: "line" }, part.label, part.select));
  }

  function number(part, id) {
    const [low, high, step] = part.about.slider;
    const input = (part.input = make("input", { id, type: "text", inputmode: "decimal", class: "value",
      on: { change: () => explorer.set(part.about.name, asked(part, input.value.trim())) } }));
    const slider = (part.slider = make("input", { type: "range", min: low, max: high, step, id: id + "-slider",
      on: {
        input: () => { input.value = slider.value; explorer.set(part.about.name, asked(part, slider.value), 220); },
        change: () => explorer.set(part.about.name, asked(part, slider.value)),
      } }));
    part.row.append(make("div", { class: "line" }, part.label, input, make("span", { class: "unit" })), slider);
  }

  /* What is asked for: nothing where it is the default and no other choice would decide it. */
  function asked(part, value) {
    if (value === "") return part.input ? "" : null;
    const same = value === part.about.default || (part.slider && Number(value) === Number(part.about.default));
    const others = Object.keys(explorer.state.settings).some((name) => ["scenario", "charter"].includes(name) && name !== part.about.name);
    return same && !others ? null : value;
  }

  function anyOther() {
    const list = make("datalist", { id: "all-settings" },
      explorer.told.settings.map((name) => make("option", { value: name + "=" })));
    const input = make("input", { id: "any-setting", type: "text", class: "wide", list: "all-settings", autocomplete: "off",
      spellcheck: "false", "data-about": "any", on: { change: add, keydown: (event) => event.key === "Enter" && add() } });
    const chips = make("div", { class: "chips" });
    const refused = make("div", { class: "refused", role: "alert", id: "refused-any" });
    parts.any = { input, chips, refused };
    function add() {
      const [name, ...value] = input.value.split("=");
      if (!input.value.trim() || (value.length && !value.join("=").trim() && !event_is_enter(window.event))) return;
      explorer.state.refused = Object.fromEntries(Object.entries(explorer.state.refused).filter(([key]) => parts[key]));
      explorer.set(name.trim(), value.join("=").trim());
      input.value = "";
    }
    return make("div", { class: "control" }, input, list, chips, refused);
  }
  const event_is_enter = (event) => event && event.key === "Enter";

  function sharing() {
    const copy = (id) => make("button", { type: "button", class: "link", "data-word": "copy",
      on: { click: () => copied(explorer.byId(id)) } });
    const field = (id, word) => make("div", { class: "share" }, make("label", { for: id, "data-word": word }),
      make("input", { id, type: "text", readonly: true, class: "wide mono", on: { focus: (event) => event.target.select() } }), copy(id));
    return make("div", { class: "control" }, field("share-link", "share_link"), field("share-command", "share_command"));
  }

  async function copied(field) {
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch (_) { document.execCommand("copy"); }
    explorer.notice(explorer.say("copied"));
  }

  /* Show what stands: values, marks against the default, what was refused and why, the link and the command. */
  explorer.showControls = () => {
    const { settings, standing, refused, seed } = explorer.state;
    for (const part of Object.values(parts)) if (part.about) show(part, settings, standing, refused);
    const bad = refused.seed;
    if (document.activeElement !== parts.seed.input || !bad) parts.seed.input.value = bad ? bad.value : seed;
    mark(parts.seed, seed !== "7", bad, explorer.say("refused_plain", { sentence: bad ? bad.sentence : "" }));
    parts.seed.all.hidden = !Object.keys(settings).length && seed === "7";
    showOthers(settings, refused);
    explorer.byId("share-link").value = explorer.link();
    explorer.byId("share-command").value = explorer.answer ? explorer.answer.command : "";
  };

  function show(part, settings, standing, refused) {
    const name = part.about.name;
    const bad = refused[name];
    const value = bad ? bad.value : name in settings ? settings[name] : standing[name] ?? part.about.default;
    part.label.textContent = explorer.controlName(name);
    if (part.select) {
      for (const option of part.select.options) {
        option.textContent = explorer.choiceName(name, option.value);
        option.title = choiceMeaning(part.about, option.value) || "";
      }
      part.select.value = bad ? standing[name] ?? part.about.default : value;
    } else {
      if (document.activeElement !== part.input || !bad) part.input.value = value;
      const at = bad || Number.isNaN(Number(value)) ? standing[name] ?? part.about.default : value;
      if (document.activeElement !== part.slider) part.slider.value = at;
      part.slider.setAttribute("aria-label", explorer.controlName(name));
      part.slider.setAttribute("aria-valuetext", [at, explorer.unit(part.about.unit)].join(" ").trim());
      part.row.querySelector(".unit").textContent = explorer.shortUnit(part.about.unit);
      part.input.setAttribute("aria-invalid", bad ? "true" : "false");
    }
    const shown = (text) => (part.select ? explorer.choiceName(name, text) : text);
    const changed = name in settings;
    const moved = !changed && standing[name] !== undefined && standing[name] !== part.about.default;
    part.other.textContent = moved ? explorer.say("by_scenario", { value: shown(standing[name]) }) : "";
    part.back.hidden = !(changed || bad);
    part.back.textContent = explorer.say("reset_one", { default: shown(part.about.default) });
    part.row.hidden = part.about.read_by.length > 0 && !part.about.read_by.includes(standing.funding) && !changed;
    mark(part, changed, bad, bad ? words(part.about, bad) : "");
  }

  function mark(part, changed, bad, sentence) {
    part.row.classList.toggle("changed", changed);
    part.row.classList.toggle("bad", Boolean(bad));
    part.refused.textContent = bad ? sentence : "";
  }

  const words = (about, bad) => explorer.say(about.slider ? "refused_zh" : "refused_plain", { sentence: bad.sentence, value: bad.value,
    meaning: explorer.controlMeaning(about), unit: about.unit ? explorer.unit(about.unit) : explorer.say("no_unit"), range: explorer.range(about.range), default: about.default });

  function showOthers(settings, refused) {
    parts.any.input.placeholder = explorer.say("any_setting_hint");
    parts.any.input.setAttribute("aria-label", explorer.say("any_setting"));
    const others = Object.entries(settings).filter(([name]) => !parts[name]);
    parts.any.chips.replaceChildren(...others.map(([name, value]) => make("span", { class: "chip" }, name + "=" + value,
      make("button", { type: "button", "aria-label": explorer.say("remove", { name }), on: { click: () => explorer.set(name, null) } }, "×"))));
    const bad = Object.entries(refused).filter(([name]) => !parts[name]);
    parts.any.refused.replaceChildren(...bad.map(([, each]) => make("p", {}, explorer.say("refused_plain", { sentence: each.sentence }))));
  }

  /* What a control means, on hover and on focus. */
  explorer.about = (name) => {
    if (name === "seed") return [make("strong", {}, explorer.say("seed")), make("p", {}, explorer.say("seed_meaning"))];
    if (name === "any") return [make("strong", {}, explorer.say("any_setting")), make("p", {}, explorer.say("any_setting_meaning"))];
    const about = parts[name].about;
    const rows = [["unit", about.unit && explorer.unit(about.unit)], ["range", about.slider ? explorer.range(about.range) : ""], ["source", about.source]];
    const told = make("dl", {}, rows.filter(([key, value]) => value || (key === "unit" && about.slider)).flatMap(([key, value]) =>
      [make("dt", {}, explorer.say(key)), make("dd", {}, value || explorer.say("no_unit"))]));
    const standing = explorer.state.standing[name];
    const choice = about.choices[standing] ? make("p", { class: "small" }, explorer.choiceName(name, standing) + explorer.say("colon") + choiceMeaning(about, standing)) : null;
    const shown = about.slider ? about.default : explorer.choiceName(name, about.default);
    return [make("strong", {}, explorer.controlName(name)), make("p", {}, explorer.controlMeaning(about)), choice,
      make("p", { class: "small" }, explorer.say("default", { default: shown })), told,
      ...about.cited.map(([mark, finding]) => make("p", { class: "small cited" }, mark + explorer.say("colon") + finding))];
  };

  const choiceMeaning = (about, choice) => (explorer.language === "zh" && explorer.told.words.choice_meaning[about.name + "." + choice]) || about.choices[choice];
})();
