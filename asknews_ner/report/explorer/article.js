// One article: its summary with entities, the excerpt of its source, and its way. The dialog element itself holds the focus and
// closes on Escape; the focus then returns to the article's line.
const dialog = document.getElementById("article");
let opened = null;

function marked(parts) {
  return parts.map(([text, type]) => {
    if (type < 0) return text;
    const mark = make("mark", "", { class: `entity e${type % index.themes.light.series.length}` });
    mark.append(make("span", text), make("small", index.types[type], { class: "type" }));
    mark.firstChild.after("\u00a0");
    return mark;
  });
}

function reference(value) {
  if (!/^https?:\/\//i.test(value)) return make("span", value, { dir: "auto" });
  return make("a", value, { href: value, rel: "noreferrer noopener external", target: "_blank" });
}

function showArticle() {
  const article = articles.find((one) => one.id === state.article);
  if (!article) return dialog.open && dialog.close();
  const detail = detailOf(article), place = chosen.indexOf(article);
  const fill = (id, ...children) => document.getElementById(id).replaceChildren(...children);
  fill("article-title", article.title || article.id);
  const when = article.published.replace("T", " ").replace("+00:00", " UTC"), topic = topicOf(article) && `topic: ${topicOf(article).name}`;
  const facts = [countryOf(article).name, nameOfLanguage(article.language), article.publisher, when, topic];
  fill("article-facts", facts.filter(Boolean).join(" · "));
  const labelled = detail.annotator ? `Labelled by ${detail.annotator}.` : "Not labelled: it is not in the dataset.";
  fill("article-annotator", badge(article), ` Summarised by ${detail.summarisedBy}. ${labelled}`);
  const summary = document.getElementById("article-summary");
  summary.lang = detail.textLanguage;
  summary.replaceChildren(...marked(detail.parts));
  const types = counted(detail.parts.filter(([, type]) => type >= 0), ([, type]) => index.types[type]);
  fill("article-types", types.size ? [...types].map(([name, count]) => `${name} ${count}`).join(", ") : "No entities.");
  const source = document.getElementById("article-excerpt"), whole = detail.sourceCharacters <= [...detail.excerpt].length;
  source.lang = article.language;
  source.replaceChildren(detail.excerpt + (whole ? "" : " …"));
  source.hidden = detail.excerpt === "";
  const some = `The first ${[...detail.excerpt].length} of ${detail.sourceCharacters} characters; the article itself is its publisher's.`;
  fill("article-cut", whole ? "" : some);
  fill("article-source-title", detail.sourceTitle);
  document.getElementById("article-source-title").lang = article.language;
  fill("article-way", ...detail.way.flatMap(([name, value]) => {
    const fact = make("dd");
    fact.append(reference(value));
    return [make("dt", details.steps[name]), fact];
  }));
  for (const [id, by] of [["article-before", -1], ["article-after", 1]]) {
    document.getElementById(id).setAttribute("aria-disabled", !(place >= 0 && chosen[place + by]));
  }
  opened = article.id;
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

function openArticle(id) { location.hash = addressOf({ ...state, article: id }); }

function step(by) {
  const next = chosen[chosen.findIndex((article) => article.id === state.article) + by];
  if (state.article && next) openArticle(next.id);
}

dialog.addEventListener("close", () => {
  if (state.article) { state.article = ""; history.replaceState(null, "", addressOf(state)); }
  const line = [...document.querySelectorAll("#list a")].find((link) => link.dataset.id === opened);
  (line || document.getElementById("articles-title")).focus();
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
document.getElementById("article-close").addEventListener("click", () => dialog.close());
document.getElementById("article-before").addEventListener("click", () => step(-1));
document.getElementById("article-after").addEventListener("click", () => step(1));
