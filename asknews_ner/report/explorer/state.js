// What the reader has chosen, kept in the address after `#`, and the articles that it lets through.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const index = read("explorer-index");
const articles = index.rows.map((values, number) => {
  const article = { number };
  index.columns.forEach((name, place) => { article[name] = values[place]; });
  return article;
});
const languageNames = new Intl.DisplayNames(["en"], { type: "language" });
for (const article of articles) article.folded = `${article.title} ${article.publisher}`.toLowerCase();

let details = null;
const detailOf = (article) => (details ??= read("explorer-details")).rows[article.number];

const NOTHING = { country: "", language: "", topic: "", type: "", part: "", q: "", colour: "language", page: "1", article: "" };
let state = { ...NOTHING };
let chosen = articles;

function nameOfLanguage(code) {
  try { return languageNames.of(code); } catch { return code; }  // a code that no language has
}
const countryOf = (article) => index.countries[article.country];
const topicOf = (article) => index.topics[article.topic];

const tests = {
  country: (article, value) => countryOf(article).country === value,
  language: (article, value) => article.language === value,
  topic: (article, value) => (value === "none" ? article.topic < 0 : topicOf(article)?.topic_id === value),
  type: (article, value) => article.types.includes(index.types.indexOf(value)),
  part: (article, value) => (value === "in" ? article.split !== "" : value === "out" ? article.split === "" : article.split === value),
  q: (article, value) => article.folded.includes(value.toLowerCase()),
};

// Articles that pass all filters, or all but one: a map that is filtered by its own country would show nothing else.
function passing(except = "") {
  const active = Object.entries(tests).filter(([name]) => name !== except && state[name] !== "");
  return articles.filter((article) => active.every(([name, test]) => test(article, state[name])));
}

function counted(rows, keyOf) {
  const counts = new Map();
  for (const row of rows) for (const key of [keyOf(row)].flat()) counts.set(key, (counts.get(key) || 0) + 1);
  return counts;
}

function stateOfAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const found = { ...NOTHING };
  for (const name of Object.keys(NOTHING)) if (given.has(name)) found[name] = given.get(name);
  return found;
}

function addressOf(wanted) {
  const given = new URLSearchParams(Object.entries(wanted).filter(([name, value]) => value !== NOTHING[name]));
  return `#${given}`;
}
