// Charts are drawn by Vega-Lite from the specifications in the page; here they get data, colours and the reader's clicks.
const views = new Map();
const drawn = new Set();
const INTERPRETED = { ast: true, actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true } };  // no `eval`, no styles of its own
const NARROW = 640;  // CSS pixels
const LARGE = 600;  // points from which on a canvas is quicker than SVG

const isDark = () => {
  const own = document.documentElement.dataset.theme;
  return own ? own === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
const theme = () => index.themes[isDark() ? "dark" : "light"];

function coloured(value, colours) {
  if (typeof value === "string") return value.startsWith("$") ? colours[value.slice(1)] : value;
  if (Array.isArray(value)) return value.map((one) => coloured(one, colours));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, coloured(one, colours)]));
}

function configOf(colours) {
  const narrow = window.innerWidth < NARROW;
  const words = { labelColor: colours.ink, titleColor: colours.soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
  return {
    background: "transparent", font: "system-ui, sans-serif",
    axis: { ...words, labelLimit: narrow ? 150 : 320, gridColor: colours.line, domainColor: colours.faint, tickColor: colours.faint },
    legend: { ...words, columns: narrow ? 2 : 4 }, header: { ...words, labelFontSize: 13 }, view: { stroke: null },
    range: { category: colours.series, symbol: index.shapes },
  };
}

function countryRows() {
  const counts = counted(passing("country"), (article) => article.country);
  return index.countries.map((country, place) => ({
    code: country.country, shape: country.shape || null, label: country.name, articles: counts.get(place) || 0,
    longitude: country.longitude, latitude: country.latitude,
  }));
}

const TOPICS_NAMED = index.themes.light.series.length - 2;  // two colours are for other topics and for none
const groupings = {
  language: () => (article) => nameOfLanguage(article.language),
  part: () => (article) => article.split || "not in the dataset",
  topic: () => {
    const sizes = counted(chosen.filter((article) => article.topic >= 0), (article) => article.topic);
    const named = new Set([...sizes].sort((a, b) => b[1] - a[1]).slice(0, TOPICS_NAMED).map(([topic]) => topic));
    return (article) => (article.topic < 0 ? "in no topic" : named.has(article.topic) ? topicOf(article).name : "another topic");
  },
};

function atlasRows() {
  const let_through = new Set(chosen), group = (groupings[state.colour] || groupings.language)();
  const rows = articles.filter((article) => article.x !== null).map((article) => ({
    id: article.id, x: article.x, y: article.y, group: group(article), chosen: let_through.has(article) ? 1 : 0, title: article.title,
    where: `${countryOf(article).name}, ${nameOfLanguage(article.language)}`, topicName: topicOf(article)?.name || "none",
  }));
  return rows.sort((a, b) => a.chosen - b.chosen);
}

const dataOf = {
  map: () => {
    const rows = countryRows(), small = rows.filter((row) => !row.shape && row.longitude !== null && row.articles);
    return { world: index.world, counts: rows.filter((row) => row.shape), points: small };
  },
  atlas: () => ({ points: atlasRows() }),
  scores: () => ({ values: index.scores }),
  rejects: () => ({ values: index.rejects }),
  changes: () => ({ values: index.changes }),
  curves: () => ({ values: index.curves.map((row) => ({ ...row, panel: `${nameOfLanguage(row.language)}, ${row.regime}` })) }),
};

const clicks = {
  map: (datum) => datum.code && change({ country: state.country === datum.code ? "" : datum.code }),
  atlas: (datum) => datum.id && openArticle(datum.id),
};

// A chart as wide as its place can take no step for its height: it is reckoned here, a step a line.
function fit(name, spec) {
  const narrow = window.innerWidth < NARROW;
  if (spec.height?.step) spec.height = spec.height.step * new Set(spec.datasets.values.map(lineOf[name])).size;
  if (name === "map" && narrow) spec.height = Math.round(window.innerWidth * 0.55);
  if (spec.columns && narrow) spec.columns = 1;
}
const lineOf = {
  scores: (row) => `${row.size} ${row.benchmark}`,
  rejects: (row) => `${row.stage} ${row.reason}`,
  changes: (row) => `${row.before} ${row.after} ${row.language}`,
};

// Base and tuned first; then whoever else was scored.
function models() {
  const known = ["base", "tuned", "control"], found = [...new Set(index.scores.map((row) => row.model))];
  return [...known.filter((name) => found.includes(name)), ...found.filter((name) => !known.includes(name))];
}

async function draw(name) {
  const place = document.querySelector(`[data-chart="${name}"]`);
  if (!place) return;
  drawn.add(name);
  const colours = theme();
  const most = Math.max(2, ...index.countries.map((row) => row.articles));  // of all, so that a colour means the same in every choice
  const spec = { ...coloured(index.charts[name], { ...colours, most, models: models() }), datasets: dataOf[name]() };
  fit(name, spec);
  const renderer = name === "atlas" && articles.length > LARGE ? "canvas" : "svg";
  const { view } = await vegaEmbed(place, spec, { ...INTERPRETED, renderer, config: configOf(colours) });
  views.get(name)?.finalize();
  views.set(name, view);
  if (clicks[name]) view.addEventListener("click", (_, item) => item?.datum && clicks[name](item.datum));
  place.dataset.drawn = "yes";
  performance.mark(name);
}

async function renew(name) {
  const view = views.get(name);
  if (!view) return;
  for (const [table, rows] of Object.entries(dataOf[name]())) {
    if (table !== "world") view.data(table, rows);
  }
  await view.runAsync();
}

// Charts wait until they are nearly in sight: the page answers before it draws.
function drawWhenSeen() {
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { watcher.unobserve(entry.target); draw(entry.target.dataset.chart); }
  }, { rootMargin: "300px" });
  for (const place of document.querySelectorAll("[data-chart]")) watcher.observe(place);
}

const redraw = () => Promise.all([...drawn].map(draw));
