// Filters, counts, the list of articles and the tables beside map and atlas. Texts of others only ever become text nodes.
function make(tag, text = "", facts = {}) {
  const element = document.createElement(tag);
  if (text !== "") element.textContent = text;
  for (const [name, value] of Object.entries(facts)) element.setAttribute(name, value);
  return element;
}
const field = (name) => document.querySelector(`#filters [name="${name}"]`);

function fillFilters() {
  const byCount = (counts, words) => [...counts].sort((a, b) => b[1] - a[1]).map(([key, count]) => [key, `${words(key)} (${count})`]);
  const options = {
    country: index.countries.map((row) => [row.country, `${row.name} (${row.articles})`]),
    language: byCount(counted(articles, (article) => article.language), nameOfLanguage),
    topic: [["none", "in no topic"], ...index.topics.map((row) => [row.topic_id, `${row.name} (${row.articles})`])],
    type: byCount(counted(articles.flatMap((article) => article.types.map((place) => index.types[place])), (type) => type), (type) => type),
  };
  for (const [name, rows] of Object.entries(options)) field(name).append(...rows.map(([value, words]) => new Option(words, value)));
}

function showFilters() {
  for (const name of ["country", "language", "topic", "type", "part", "q", "colour"]) {
    const box = field(name) || document.querySelector(`[name="${name}"]`);
    if (box.value !== state[name]) box.value = state[name];
  }
}

function badge(article) {
  const words = "summarised or labelled by rules, not by a language model";
  return article.offline ? make("span", "offline", { class: "badge warn-badge", title: words }) : "";
}

function line(article) {
  const item = make("li"), facts = make("p", "", { class: "facts" }), address = addressOf({ ...state, article: article.id });
  const link = make("a", article.title || article.id, { href: address, "data-id": article.id, dir: "auto" });
  const words = [
    countryOf(article).name, nameOfLanguage(article.language), article.publisher, article.published.slice(0, 10), topicOf(article)?.name,
    article.split && `split ${article.split}`,
  ];
  facts.append(make("span", words.filter(Boolean).join(" · "), { dir: "auto" }), " ", badge(article));
  item.append(link, facts);
  return item;
}

function showList() {
  const pages = Math.max(1, Math.ceil(chosen.length / index.rowsAPage)), page = Math.min(Math.max(1, Number(state.page) || 1), pages);
  const first = (page - 1) * index.rowsAPage;
  const shown = chosen.slice(first, first + index.rowsAPage);
  document.getElementById("list").replaceChildren(...shown.map(line));
  document.getElementById("list").start = first + 1;
  const where = `articles ${first + 1} to ${first + shown.length}, page ${page} of ${pages}`;
  document.getElementById("page").textContent = chosen.length ? where : "no article passes these filters";
  // Not `disabled`: a button that has the focus would lose it on the last page.
  document.getElementById("before").setAttribute("aria-disabled", page === 1);
  document.getElementById("after").setAttribute("aria-disabled", page === pages);
  state.page = String(page);
}

function showCount() {
  const examples = chosen.filter((article) => article.split).length;
  document.getElementById("count").textContent = `${chosen.length} of ${articles.length} articles, ${examples} of them in the dataset`;
}

function table(id, rows, name) {
  const body = document.querySelector(`#${id} tbody`);
  if (!body.closest("details").open) return;
  body.replaceChildren(...rows.map(([value, words, some, all]) => {
    const row = make("tr"), head = make("th", "", { scope: "row" });
    const button = make("button", words, { type: "button", value, "aria-pressed": state[name] === value, class: "plain", dir: "auto" });
    button.addEventListener("click", () => {
      change({ [name]: state[name] === value ? "" : value });
      [...body.querySelectorAll("button")].find((one) => one.value === value)?.focus();
    });
    head.append(button);
    row.append(head, make("td", some, { class: "n" }), make("td", all, { class: "n" }));
    return row;
  }));
}

function showTables() {
  const countries = counted(passing("country"), (article) => article.country);
  const topics = counted(passing("topic"), (article) => article.topic);
  table("countries", index.countries.map((row, place) => [row.country, row.name, countries.get(place) || 0, row.articles]), "country");
  table("topics", index.topics.map((row, place) => [row.topic_id, row.name, topics.get(place) || 0, row.articles]), "topic");
}

function turn(by) {
  const pages = Math.ceil(chosen.length / index.rowsAPage), page = Number(state.page) + by;
  if (page < 1 || page > pages) return;
  change({ page: String(page) });
  document.getElementById("articles-title").scrollIntoView({ block: "start" });
}

// Arrow keys walk through the list, beside Tab.
function walk(event) {
  const links = [...document.querySelectorAll("#list a")], at = links.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (at < 0 || to === undefined || !links[to]) return;
  event.preventDefault();
  links[to].focus();
}
