"use strict";
const { points, topics } = JSON.parse(document.getElementById("data").textContent);
const canvas = document.getElementById("map"), context = canvas.getContext("2d"), tip = document.getElementById("tip");
const filters = { window: document.getElementById("window"), country: document.getElementById("country"), language: document.getElementById("language") };
const NOISE = "#b5bcc4", MARGIN = 34, REACH = 14, RADIUS = 5;
let shown = points, view = null, over = null, held = null, pointed = null, drag = null;

function nameOf(type, code) {
  try {
    const name = new Intl.DisplayNames(["en"], { type }).of(code);
    return code === "ZZ" ? "unknown country" : name;
  } catch { return code; }
}
const names = { window: (value) => value, country: (code) => nameOf("region", code), language: (code) => nameOf("language", code) };

for (const [field, select] of Object.entries(filters)) {
  const counts = new Map();
  for (const point of points) counts.set(point[field], (counts.get(point[field]) || 0) + 1);
  const options = [...counts].map(([value, count]) => [value, `${names[field](value)} (${count})`]).sort((a, b) => (a[1] < b[1] ? -1 : 1));
  select.add(new Option("all", "\u0000"));
  for (const [value, words] of options) select.add(new Option(words, value));
  select.addEventListener("change", choose);
}
document.getElementById("filters").addEventListener("reset", () => setTimeout(choose));

function choose() {
  const wanted = Object.entries(filters).filter(([, select]) => select.value !== "\u0000");
  shown = points.filter((point) => wanted.every(([field, select]) => point[field] === select.value));
  held = over = pointed = null;
  document.getElementById("count").textContent = `${shown.length} articles shown`;
  list();
  fit();
}

function fit() {
  const xs = shown.map((point) => point.x), ys = shown.map((point) => point.y);
  const low = [Math.min(...xs), Math.min(...ys)], high = [Math.max(...xs), Math.max(...ys)];
  const width = canvas.clientWidth - 2 * MARGIN, height = canvas.clientHeight - 2 * MARGIN;
  const scale = (axis, room) => (high[axis] > low[axis] ? room / (high[axis] - low[axis]) : 0);
  const sx = scale(0, width), sy = scale(1, height);
  view = {
    sx: sx || width, sy: sy || height,
    dx: sx ? MARGIN - low[0] * sx : canvas.clientWidth / 2 - low[0] * width,
    dy: sy ? MARGIN - low[1] * sy : canvas.clientHeight / 2 - low[1] * height,
  };
  draw();
}

const place = (point) => [point.x * view.sx + view.dx, point.y * view.sy + view.dy];

function mark(pen, shape, x, y, r) {
  pen.beginPath();
  if (shape === "square") pen.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  else if (shape === "triangle") { pen.moveTo(x, y - r * 1.15); pen.lineTo(x + r * 1.1, y + r * 0.85); pen.lineTo(x - r * 1.1, y + r * 0.85); }
  else if (shape === "diamond") { pen.moveTo(x, y - r * 1.3); pen.lineTo(x + r * 1.1, y); pen.lineTo(x, y + r * 1.3); pen.lineTo(x - r * 1.1, y); }
  else if (shape === "cross") {
    const a = r * 0.45, b = r * 1.2, corners = [[a, b], [a, a], [b, a], [b, -a], [a, -a], [a, -b], [-a, -b], [-a, -a], [-b, -a], [-b, a], [-a, a], [-a, b]];
    for (const [cx, cy] of corners) pen.lineTo(x + cx, y + cy);
  }
  else pen.arc(x, y, r, 0, 7);
  pen.closePath();
  pen.fill();
}

function draw() {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.clientWidth * ratio;
  canvas.height = canvas.clientHeight * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const bright = held ?? over;
  // Grey below colours, and what is pointed at on top.
  const order = [...shown].sort((a, b) => rank(a, bright) - rank(b, bright));
  for (const point of order) {
    const [x, y] = place(point), topic = topics[point.topic];
    context.globalAlpha = bright !== null && point.topic !== bright ? 0.18 : topic ? 0.92 : 0.75;
    context.fillStyle = topic ? topic.colour : NOISE;
    context.strokeStyle = "#fff";
    mark(context, topic ? topic.shape : "circle", x, y, topic ? RADIUS : RADIUS * 0.6);
    if (topic) { context.lineWidth = 0.8; context.stroke(); }
    if (point === pointed) { context.globalAlpha = 1; context.lineWidth = 2; context.strokeStyle = "#1f2933"; context.stroke(); }
  }
  context.globalAlpha = 1;
  label(bright);
}
const rank = (point, bright) => (point === pointed ? 3 : bright !== null && point.topic === bright ? 2 : point.topic >= 0 ? 1 : 0);

function members() {
  const inside = new Map();
  for (const point of shown) if (point.topic >= 0) inside.set(point.topic, [...(inside.get(point.topic) || []), point]);
  return [...inside].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
}

function label(bright) {
  const taken = [], everyone = shown.map(place);
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const all = members();
  for (const [topic, inside] of bright === null ? all : all.filter(([own]) => own === bright)) {
    const name = topics[topic].name, words = name.length > 26 ? name.slice(0, 25).trimEnd() + "…" : name;
    const half = context.measureText(words).width / 2 + 4, spots = inside.map(place);
    const x = Math.min(Math.max(middle(spots.map((p) => p[0])), half), canvas.clientWidth - half), heights = spots.map((p) => p[1]);
    const boxAt = (y) => [x - half, y - 12, x + half, y + 4];
    const covered = (b) => everyone.filter(([px, py]) => px > b[0] - 3 && px < b[2] + 3 && py > b[1] - 3 && py < b[3] + 3).length;
    const free = (b) => b[1] >= 0 && b[3] <= canvas.clientHeight && !taken.some((t) => b[0] < t[2] && t[0] < b[2] && b[1] < t[3] && t[1] < b[3]);
    // Above or below the topic, where fewer articles are covered and no other name stands.
    const spot = [Math.min(...heights) - 11, Math.max(...heights) + 19].filter((y) => free(boxAt(y)) && (bright !== null || covered(boxAt(y)) < 3))
      .sort((p, q) => covered(boxAt(p)) - covered(boxAt(q)));
    if (!spot.length) continue;
    const y = spot[0], box = boxAt(y);
    taken.push(box);
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = "rgba(255,255,255,0.85)";
    context.strokeText(words, x, y);
    context.fillStyle = "#1f2933";
    context.fillText(words, x, y);
  }
}

function list() {
  const rows = members().map(([topic, inside]) => {
    const row = document.createElement("li"), swatch = document.createElement("canvas"), pen = swatch.getContext("2d");
    swatch.width = swatch.height = 32;
    pen.fillStyle = topics[topic].colour;
    mark(pen, topics[topic].shape, 16, 16, 10);
    const words = document.createElement("span"), count = document.createElement("span");
    words.textContent = topics[topic].name;
    words.dir = "auto";
    count.textContent = inside.length;
    count.className = "n";
    row.title = topics[topic].window;
    row.append(swatch, words, count);
    row.addEventListener("mouseenter", () => { over = topic; draw(); });
    row.addEventListener("mouseleave", () => { over = null; draw(); });
    row.addEventListener("click", () => hold(topic));
    row.dataset.topic = topic;
    return row;
  });
  document.getElementById("topics").replaceChildren(...rows);
}

function hold(topic) {
  held = topic === null || held === topic ? null : topic;
  for (const row of document.querySelectorAll("#topics li")) row.classList.toggle("held", Number(row.dataset.topic) === held);
  draw();
}

function nearest(x, y) {
  let best = null, least = REACH ** 2;
  for (const point of shown) {
    const [px, py] = place(point), distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

function tell(point, x, y) {
  tip.hidden = !point;
  if (!point) return;
  const line = (tag, text, kind) => {
    const element = document.createElement(tag);
    element.textContent = text;
    element.dir = "auto";
    if (kind) element.className = kind;
    return element;
  };
  tip.replaceChildren(
    line("b", point.title || "(no title)"),
    line("span", `${names.country(point.country)} (${point.country}) · ${names.language(point.language)} · ${point.window}`),
    line("span", point.topic < 0 ? "in no topic" : `topic: ${topics[point.topic].name}`, "topic"),
    line("span", point.id),
  );
  const right = x + 16 + tip.offsetWidth > canvas.clientWidth, low = y + 16 + tip.offsetHeight > canvas.clientHeight;
  tip.style.left = `${Math.max(right ? x - tip.offsetWidth - 12 : x + 16, 0)}px`;
  tip.style.top = `${Math.max(low ? y - tip.offsetHeight - 12 : y + 16, 0)}px`;
}

canvas.addEventListener("pointermove", (event) => {
  if (drag) {
    view.dx += event.offsetX - drag[0];
    view.dy += event.offsetY - drag[1];
    drag = [event.offsetX, event.offsetY, true];
    tell(null);
    return draw();
  }
  const point = nearest(event.offsetX, event.offsetY);
  if (point !== pointed) {
    pointed = point;
    over = point && point.topic >= 0 ? point.topic : null;
    draw();
  }
  tell(point, event.offsetX, event.offsetY);
});
canvas.addEventListener("pointerleave", () => { if (!drag) { pointed = over = null; tell(null); draw(); } });
canvas.addEventListener("pointerdown", (event) => { drag = [event.offsetX, event.offsetY, false]; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener("pointerup", (event) => {
  if (drag && !drag[2]) { const point = nearest(event.offsetX, event.offsetY); hold(point && point.topic >= 0 ? point.topic : null); }
  drag = null;
});
canvas.addEventListener("pointercancel", () => { drag = null; });
canvas.addEventListener("dblclick", fit);
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const factor = Math.exp(-event.deltaY / 500);
  view.dx = event.offsetX - (event.offsetX - view.dx) * factor;
  view.dy = event.offsetY - (event.offsetY - view.dy) * factor;
  view.sx *= factor;
  view.sy *= factor;
  draw();
}, { passive: false });
window.addEventListener("resize", fit);
choose();
