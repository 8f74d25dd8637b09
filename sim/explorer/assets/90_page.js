/* The page put together: what Dash calls, and what is drawn when. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  let begun = false, queue = Promise.resolve();

  /* Once: build what stays, take the link of the address bar, ask for the first history. */
  function begins(told) {
    if (begun || !told) return;
    begun = true;
    explorer.told = told;
    performance.mark("begun");
    explorer.restore();
    explorer.ask();
    explorer.buildControls();
    explorer.buildPlayer();
    explorer.speaks();
    explorer.showControls();
    explorer.layMany();
    explorer.byId("do-hold").addEventListener("click", () => explorer.now && explorer.hold());
    explorer.byId("do-tour").addEventListener("click", () => explorer.tour(0));
    explorer.byId("do-glossary").addEventListener("click", explorer.terms);
    explorer.byId("do-language").addEventListener("click", speakOther);
    for (const button of document.querySelectorAll(".enlarge")) button.addEventListener("click", () => explorer.enlarge(button));
    let settle = null;
    window.addEventListener("resize", () => { clearTimeout(settle); settle = setTimeout(() => explorer.now && explorer.drawAll(), 150); });
    setTimeout(() => document.head.append(explorer.make("script", { src: told.plotly })), 30);
  }

  /* An answer, and with it a history unless something was refused. */
  function received(answer, history) {
    if (!answer) return;
    explorer.answeredAsk(answer);
    if (history && history.serial === answer.serial && answer === explorer.answer) arrived(history);
  }

  function arrived(history) {
    const first = !explorer.now;
    performance.mark("arrived");
    explorer.now = history;
    if (first && explorer.firstMonth) {
      const [year, month] = explorer.firstMonth.split("-").map(Number);
      const at = (year - history.first_year) * 12 + (month || 1) - 1;
      explorer.month = at >= 0 && at <= history.months ? at : 0;
    }
    explorer.takeBands();
    explorer.layMany();
    explorer.drawAll();
    if (first) explorer.tourAtFirst();
  }

  explorer.drawings = 0; // how often everything has been drawn

  /* Draw everything anew, a panel a frame, so that the page answers in between. */
  explorer.drawAll = () => {
    explorer.layPlayer();
    explorer.drawRibbon();
    explorer.layLedger();
    explorer.layComparison();
    queue = queue.then(async () => {
      for (const name of explorer.charts) {
        await whenPlotly();
        await explorer.drawChart(name);
        if (!document.body.dataset.ready) { document.body.dataset.ready = "yes"; performance.mark("ready"); }
        await breath();
      }
      explorer.layNetwork();
      explorer.layMatrix();
      document.body.dataset.drawn = explorer.now.key;
      explorer.drawings += 1;
      performance.mark("drawn");
    }).catch((error) => { console.error(error); explorer.notice(String(error), true); });
    return queue;
  };
  const breath = () => new Promise((go) => setTimeout(go, 0));
  const whenPlotly = async () => { while (!window.Plotly) await new Promise((go) => setTimeout(go, 15)); };

  function speakOther() {
    explorer.language = explorer.language === "en" ? "zh" : "en";
    explorer.speaks();
    explorer.nameButton();
    explorer.showControls();
    explorer.layMany();
    if (explorer.now) explorer.drawAll();
    if (!explorer.byId("why").hidden) explorer.showWhy(explorer.lastWhy);
    if (!explorer.byId("terms").hidden) explorer.terms();
    explorer.address();
  }

  explorer.enlarge = (button) => {
    const card = button.closest(".card"), wide = card.classList.toggle("wide");
    for (const other of document.querySelectorAll(".card.wide")) if (other !== card) other.classList.remove("wide");
    button.setAttribute("aria-label", explorer.say(wide ? "shrink" : "enlarge"));
    explorer.drawAll();
    card.style.scrollMarginTop = explorer.byId("stage").offsetHeight + 10 + "px"; // the stage stays above it
    if (wide) card.scrollIntoView({ block: "start" });
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    explorer: {
      begins,
      received,
      explained: (told) => explorer.showWhy(told),
      counted: (told) => explorer.countedMany(told),
    },
  });
})();
