/** The look of the page. Colours are pairs that are legible in both modes (WCAG AA). */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --dim: #57606a; --back: #ffffff; --card: #f6f8fa; --line: #d0d7de; --link: #0550ae;
 --bad: #b3261e; --fair: #8a5300; --good: #1a7f37; --production: #8250df; --non-production: #0a6e8a; --other: #57606a; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9da7b3; --back: #0d1117; --card: #161b22; --line: #3d444d; --link: #79b8ff;
 --bad: #ff7b72; --fair: #e3b341; --good: #56d364; --production: #bc8cff; --non-production: #56c4e0; --other: #9da7b3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
header { border-left: .4rem solid var(--good); padding-left: 1rem; }
header.bad { border-color: var(--bad); } header.fair { border-color: var(--fair); }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; } h3 { margin: 0 0 .5rem; font-size: 1.05rem; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; } .skip:focus { position: static; }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; position: sticky; top: 0; padding: .5rem 0; background: var(--back); z-index: 1; }
form[hidden], [hidden] { display: none; }
label { display: grid; font-size: .85rem; color: var(--dim); }
input, select { font: inherit; padding: .3rem .5rem; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: .3rem; max-width: 16rem; }
.group { margin: 1rem 0; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; content-visibility: auto; contain-intrinsic-size: auto 10rem; }
.group ul { margin: 0; padding: 0; list-style: none; }
.group li + li { margin-top: .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
.group p { margin: 0; overflow-wrap: anywhere; }
.by-object .object { display: none; } .by-policy .marks a { display: none; } .by-severity .severity { display: none; }
.marks { display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: baseline; }
.level { font-weight: 600; } .mandatory { color: var(--bad); } .advisory { color: var(--fair); }
.severity, .status, .hint, .fix, footer, code { color: var(--dim); } code { font-size: .85rem; }
.picture { overflow-x: auto; } svg { max-width: 100%; height: auto; min-width: 46rem; font: 13px system-ui, sans-serif; }
svg text { fill: var(--text); } svg .dim { fill: var(--dim); }
svg rect { fill: var(--card); stroke: var(--other); stroke-width: 1.5; }
svg .production rect { stroke: var(--production); } svg .non-production rect { stroke: var(--non-production); }
svg .production .environment { fill: var(--production); } svg .non-production .environment { fill: var(--non-production); }
svg path { fill: none; stroke: var(--line); stroke-width: 2; }
svg .offending path, svg path.offending { stroke: var(--bad); stroke-width: 3; stroke-dasharray: 7 4; }
svg .offending .mark { fill: var(--bad); font-weight: 600; }
figure { margin: 0 0 1rem; } figcaption { color: var(--dim); font-size: .9rem; }
@media print { form, .hint { display: none; } }
`;

/** What search, filters and grouping do. Entries are moved between groups, never made: their text stays as it came. */
export const SCRIPT = `
"use strict";
const find = id => document.getElementById(id);
const choices = ["policy", "severity", "level", "status"];
const groups = find("groups");
const entries = [...groups.querySelectorAll("li")].map(item => ({ item, text: item.textContent.toLowerCase() }));
const order = { severity: ["critical", "high", "medium", "low"] };
const originals = [...groups.children];
const homes = new Map(entries.map(({ item }) => [item, item.parentElement]));
const apply = () => {
  const words = find("search").value.toLowerCase().split(/\\s+/).filter(Boolean);
  const wanted = choices.map(key => [key, find(key).value]).filter(([, value]) => value !== "all");
  let shown = 0;
  for (const { item, text } of entries) {
    const fits = wanted.every(([key, value]) => item.dataset[key] === value) && words.every(word => text.includes(word));
    item.hidden = !fits;
    if (fits) shown++;
  }
  for (const group of groups.children) group.hidden = !group.querySelector("li:not([hidden])");
  find("shown").value = shown + " of " + entries.length;
  find("nothing").hidden = shown > 0;
};
const regroup = () => {
  const key = find("group").value;
  groups.className = "by-" + key;
  for (const [item, home] of homes) home.append(item);
  if (key === "object") groups.replaceChildren(...originals);
  else {
    const made = new Map();
    for (const { item } of entries) {
      const name = item.dataset[key];
      if (!made.has(name)) {
        const section = document.createElement("section");
        section.className = "group";
        const heading = document.createElement("h3");
        heading.textContent = name;
        section.append(heading, document.createElement("ul"));
        made.set(name, section);
      }
      made.get(name).lastChild.append(item);
    }
    const rank = name => (order[key] ? order[key].indexOf(name) : 0);
    const sorted = [...made].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
    groups.replaceChildren(...sorted.map(([, section]) => section));
  }
  apply();
};
find("filters").addEventListener("submit", event => event.preventDefault());
find("search").addEventListener("input", apply);
find("search").addEventListener("keydown", event => {
  if (event.key === "Escape") { event.target.value = ""; apply(); }
});
for (const key of choices) find(key).addEventListener("change", apply);
find("group").addEventListener("change", regroup);
document.addEventListener("keydown", event => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
  event.preventDefault();
  find("search").focus();
});
find("filters").hidden = false;
regroup();
`;
