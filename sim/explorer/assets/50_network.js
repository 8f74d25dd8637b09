/* The network of a year: consortia in the middle, firms around them, universities outside, a country an arc; drawn on a
   canvas because nodes keep their places for the whole history. Who is bought sits on its buyer as one joined node. */
(function () {
  "use strict";
  const explorer = (window.explorer = window.explorer || {});
  const ORDER = ["United States", "Japan"];
  let places = null, canvas = null, size = [0, 0], shown = null, joined = new Map(), tiers = new Map();

  const rank = (country) => (ORDER.includes(country) ? ORDER.indexOf(country) : 2);

  /* Places on a ring, country by country. */
  function ring(nodes, radius) {
    const order = nodes.map((node, index) => [rank(node[1]), node[1], index]).sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] - b[2]));
    const found = [];
    const gap = 0.16, groups = [0, 1, 2].map((group) => order.filter((each) => each[0] === group));
    const used = groups.filter((group) => group.length).length, free = 2 * Math.PI - gap * used;
    let angle = Math.PI * 0.62;
    for (const group of groups) {
      if (!group.length) continue;
      const width = (free * group.length) / order.length;
      group.forEach((each, place) => {
        const at = angle + (width * (place + 0.5)) / group.length;
        found[each[2]] = { angle: at, x: Math.cos(at) * radius, y: Math.sin(at) * radius };
      });
      angle += width + gap;
    }
    return found;
  }

  explorer.layNetwork = () => {
    const ties = explorer.now.ties;
    const firms = ring(ties.firms, 0.66), universities = ring(ties.universities, 0.95);
    const arcs = {};
    ties.firms.forEach((firm, place) => (arcs[rank(firm[1])] = arcs[rank(firm[1])] || []).push(firms[place].angle));
    const centre = (country) => { const at = arcs[rank(country)] || [Math.PI]; return (Math.min(...at) + Math.max(...at)) / 2; };
    const seen = {};
    const consortia = ties.consortia.map(([name, country]) => {
      const home = country.includes(";") ? null : country, count = (seen[home] = (seen[home] || 0) + 1);
      const at = home ? centre(home) + (count - 1) * 0.9 : 0, radius = home ? 0.24 + 0.03 * (count - 1) : 0.02;
      return { x: Math.cos(at) * radius, y: Math.sin(at) * radius, name };
    });
    places = { firms, universities, consortia };
    shown = null;
    const { blue } = explorer.told.colours;
    explorer.drawKey("network", [[explorer.say("key_member"), blue, "dot"], [explorer.say("key_university"), blue, "box"], [explorer.say("key_alone"), "#b9bfc7", "dot"], [explorer.say("key_deal"), "#1d2229", "joined"]]);
    explorer.drawNetwork(true);
  };

  const bodyColour = (index) => [explorer.told.colours.blue, explorer.told.colours.vermilion, explorer.told.colours.green, explorer.told.colours.purple, explorer.told.colours.orange][index % 5];

  explorer.drawNetwork = (anew) => {
    if (!places || !explorer.now) return;
    const year = explorer.lastDecember();
    if (!anew && shown === year) return;
    shown = year;
    fit();
    const draw = canvas.getContext("2d"), ties = explorer.now.ties;
    const [members, performers, living] = ties.years[year] || [[], [], []];
    draw.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    draw.clearRect(0, 0, size[0], size[1]);
    const tie = (from, to, colour, thick, alpha) => {
      const [x, y] = at(from), [u, v] = at(to);
      draw.strokeStyle = colour; draw.globalAlpha = alpha; draw.lineWidth = thick;
      draw.beginPath(); draw.moveTo(x, y); draw.lineTo(u, v); draw.stroke();
    };
    for (const [who, body] of performers) tie(places.universities[who], places.consortia[body], bodyColour(body), 0.6, 0.22);
    for (const [who, body, tier] of members) tie(places.firms[who], places.consortia[body], bodyColour(body), tier === 1 ? 1.8 : 1, tier === 1 ? 0.6 : 0.36);
    draw.globalAlpha = 1;
    const alive = new Set(living), member = new Map(members.map(([who, body]) => [who, body])), works = new Map(performers.map(([who, body]) => [who, body]));
    places.universities.forEach((place, who) => {
      const [x, y] = at(place), on = works.has(who), half = on ? 3 : 2;
      draw.fillStyle = on ? bodyColour(works.get(who)) : "#d5d9de"; draw.fillRect(x - half, y - half, 2 * half, 2 * half);
    });
    const colourOf = (who) => (member.has(who) ? bodyColour(member.get(who)) : "#b9bfc7");
    places.firms.forEach((place, who) => {
      if (member.has(who)) dot(draw, at(place), 4.2, colourOf(who), "#fff");
      else if (alive.has(who)) dot(draw, at(place), 2.6, colourOf(who));
    });
    joined = holdings(ties);
    const labels = [];
    for (const [buyer, bought] of joined) join(draw, buyer, bought, { colourOf, alive, labels });
    const united = new Map(ties.united);
    places.consortia.forEach((place, body) => {
      const count = members.filter((each) => each[1] === body).length;
      if (count) consortium(draw, at(place), body, { name: explorer.shortBody(place.name) + " · " + count, radius: 7 + Math.sqrt(count), parents: united.get(body) || [] });
    });
    for (const [text, x, y, align] of labels) written(draw, text, x, y, align, "10px ");
    const bodies = new Set(members.map((each) => each[1])).size;
    explorer.byId("unit-network").textContent = year < explorer.now.first_year ? "" : explorer.say("network_unit", { year });
    canvas.setAttribute("aria-label", year + explorer.say("colon") + explorer.say("network_summary", { members: member.size, universities: works.size, bodies, deals: [...joined.values()].flat().length }));
    tiers = new Map(members.map(([who, body, tier]) => [who, explorer.shortBody(places.consortia[body].name) + ", " + explorer.say("tier", { n: tier })]));
  };

  const at = (place) => [size[0] / 2 + place.x * (size[0] / 2 - 14), size[1] / 2 + place.y * (size[1] / 2 - 12)];

  function dot(draw, [x, y], radius, fill, edge, thick) {
    draw.beginPath(); draw.arc(x, y, radius, 0, 7); draw.fillStyle = fill; draw.fill();
    if (edge) { draw.lineWidth = thick || 1; draw.strokeStyle = edge; draw.stroke(); }
  }

  function written(draw, text, x, y, align, font) {
    draw.font = font + getComputedStyle(document.body).fontFamily; draw.textAlign = align;
    draw.lineWidth = 3; draw.strokeStyle = "rgba(255,255,255,.92)"; draw.fillStyle = "#1d2229";
    draw.strokeText(text, x, y); draw.fillText(text, x, y);
  }

  /* Whose drive lines each buyer holds by now: a line goes along with the lines it had bought before. */
  function holdings(ties) {
    const found = new Map();
    for (const [month, buyer, seller] of ties.deals) {
      if (month > explorer.month) break;
      found.set(buyer, [...(found.get(buyer) || []), seller, ...(found.get(seller) || [])]);
      found.delete(seller);
    }
    return found;
  }

  /* A buyer and what it bought as one joined node: the bought lines sit on it, outwards; a seller that lives on keeps its own
     place and a dotted line tells where its drives went. */
  function join(draw, buyer, bought, { colourOf, alive, labels }) {
    const [x, y] = at(places.firms[buyer]), out = Math.atan2(y - size[1] / 2, x - size[0] / 2), ink = "#1d2229";
    const seats = bought.map((_, place) => {
      const row = Math.floor(place / 5), of = Math.min(5, bought.length - 5 * row), angle = out + ((place % 5) - (of - 1) / 2) * 0.75, far = 9.5 + 7 * row;
      return [x + Math.cos(angle) * far, y + Math.sin(angle) * far];
    });
    draw.strokeStyle = ink;
    bought.forEach((seller, place) => {
      if (!alive.has(seller)) return;
      const [u, v] = at(places.firms[seller]);
      draw.setLineDash([1.5, 3]); draw.lineWidth = 1; draw.globalAlpha = 0.6;
      draw.beginPath(); draw.moveTo(u, v); draw.lineTo(...seats[place]); draw.stroke();
      draw.setLineDash([]); draw.globalAlpha = 1;
    });
    for (const seat of seats) { draw.lineWidth = 4; draw.beginPath(); draw.moveTo(x, y); draw.lineTo(...seat); draw.stroke(); }
    for (const seat of seats) dot(draw, seat, 3.6, colourOf(buyer), ink, 1.4);
    dot(draw, [x, y], 5.6, colourOf(buyer), ink, 1.8);
    const far = 22 + 7 * Math.floor((bought.length - 1) / 5), align = Math.cos(out) > 0.35 ? "left" : Math.cos(out) < -0.35 ? "right" : "center";
    const label = [explorer.now.ties.firms[buyer][0], x + Math.cos(out) * far, y + Math.sin(out) * far + 4, align];
    while (labels.some((other) => Math.abs(other[2] - label[2]) < 11 && Math.abs(other[1] - label[1]) < 80)) label[2] += Math.sin(out) < 0 ? -11 : 11;
    label[2] = Math.max(10, Math.min(size[1] - 3, label[2]));
    labels.push(label);
  }

  /* A consortium; one that was united from others shows them, side by side in one ring. */
  function consortium(draw, [x, y], body, { name, radius, parents }) {
    dot(draw, [x, y], radius, parents.length ? "#fff" : bodyColour(body), parents.length ? bodyColour(body) : "#fff", parents.length ? 3 : 1);
    parents.forEach((parent, place) => dot(draw, [x + (place - (parents.length - 1) / 2) * radius * 0.9, y], radius * 0.5, bodyColour(parent), "#fff"));
    written(draw, name, x, y - radius - 5, "center", "600 11px ");
  }

  function fit() {
    const place = explorer.byId("plot-network");
    if (!canvas || !place.contains(canvas)) {
      canvas = explorer.make("canvas", { role: "img" });
      place.replaceChildren(canvas);
      canvas.addEventListener("mousemove", hover);
      canvas.addEventListener("mouseleave", () => explorer.hint(null));
    }
    const box = place.getBoundingClientRect();
    if (size[0] !== box.width || size[1] !== box.height || canvas.width !== Math.round(box.width * devicePixelRatio)) {
      size = [box.width, box.height];
      canvas.width = Math.round(box.width * devicePixelRatio); canvas.height = Math.round(box.height * devicePixelRatio);
      canvas.style.cssText = `width:${box.width}px;height:${box.height}px`;
    }
  }

  /* The name of the node under the pointer. */
  function hover(event) {
    const x = event.offsetX, y = event.offsetY, ties = explorer.now.ties;
    let best = [90, null];
    const look = (list, name) => list.forEach((place, index) => {
      const [u, v] = at(place), far = (u - x) ** 2 + (v - y) ** 2;
      if (far < best[0]) best = [far, name(index)];
    });
    const firm = (index) => {
      const bought = (joined.get(index) || []).map((seller) => ties.firms[seller][0]);
      return [explorer.subject(ties.firms[index][0]), explorer.named("country", ties.firms[index][1]), tiers.get(index), bought.length ? explorer.say("bought", { names: bought.join(", ") }) : ""].filter(Boolean).join(" · ");
    };
    look(places.universities, (index) => ties.universities[index][0] + " · " + explorer.named("country", ties.universities[index][1]));
    look(places.firms, firm);
    look(places.consortia, (index) => {
      const parents = (new Map(ties.united).get(index) || []).map((parent) => explorer.shortBody(places.consortia[parent].name));
      return places.consortia[index].name + (parents.length ? " · " + explorer.say("united_from", { names: parents.join(", ") }) : "");
    });
    explorer.hint(best[1] ? [best[1]] : null, event);
  }
})();
