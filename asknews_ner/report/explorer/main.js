// Puts the parts together: the address says what is shown, and every change goes through it.
const PAUSE = 120;  // milliseconds
let waiting = 0, atlasIsNew = false;

function followUp() {
  renew("map");
  if (atlasIsNew && drawn.has("atlas")) draw("atlas");
  else renew("atlas");
  atlasIsNew = false;
}

function show(before) {
  const same = ["country", "language", "topic", "type", "part", "q"].every((name) => before?.[name] === state[name]);
  showFilters();
  if (!same) {
    chosen = passing();
    showCount();
    showTables();
  }
  if (!same || before.page !== state.page) showList();
  // Charts follow when the reader pauses: typing a word draws them once. Colours of another kind need another legend.
  if (!same) atlasIsNew ||= state.colour === "topic";
  if (before && before.colour !== state.colour) atlasIsNew = true;
  clearTimeout(waiting);
  waiting = setTimeout(followUp, PAUSE);
  showArticle();
}

function change(wanted) {
  const before = state;
  state = { ...state, page: "1", ...wanted };
  show(before);
  history.replaceState(null, "", addressOf(state));
}

window.addEventListener("hashchange", () => {
  if (location.hash && !location.hash.includes("=")) return;  // a place on the page
  const before = state;
  state = stateOfAddress();
  show(before);
});

const form = document.getElementById("filters");
form.addEventListener("input", (event) => change({ [event.target.name]: event.target.value }));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", (event) => { event.preventDefault(); change({ ...NOTHING, colour: state.colour }); });
document.querySelector('[name="colour"]').addEventListener("change", (event) => change({ colour: event.target.value, page: state.page }));
document.getElementById("before").addEventListener("click", () => turn(-1));
document.getElementById("after").addEventListener("click", () => turn(1));
document.getElementById("list").addEventListener("keydown", walk);

for (const id of ["countries", "topics"]) document.getElementById(id).closest("details").addEventListener("toggle", showTables);

const REMEMBERED = "asknews-ner-theme";
const switcher = document.getElementById("theme");
function setTheme(name) {
  document.documentElement.dataset.theme = name;
  switcher.textContent = name === "dark" ? "Light colours" : "Dark colours";
}
// A page opened from a file may have no storage: the choice is then forgotten.
function remembered() { try { return localStorage.getItem(REMEMBERED); } catch { return null; } }
setTheme(remembered() || (isDark() ? "dark" : "light"));
switcher.addEventListener("click", () => {
  setTheme(isDark() ? "light" : "dark");
  try { localStorage.setItem(REMEMBERED, document.documentElement.dataset.theme); } catch { /* as above */ }
  redraw();
});
switcher.hidden = false;

fillFilters();
state = stateOfAddress();
show(null);
drawWhenSeen();
document.documentElement.dataset.ready = "yes";
performance.mark("ready");
