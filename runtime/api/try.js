"use strict";
// The page to try the API on. It shows texts of the server as text, never as markup.
const at = (id) => document.getElementById(id);
const meanings = {};

async function fill() {
  const { kinds } = await (await fetch("/kinds")).json();
  for (const { kind, meaning } of kinds) {
    meanings[kind] = meaning;
    at("kind").append(new Option(kind, kind));
  }
  await choose();
}

async function choose() {
  const kind = at("kind").value;
  at("meaning").textContent = meanings[kind];
  const schema = await (await fetch(`/kinds/${kind}`)).json();
  const [example = {}] = schema.examples ?? [];
  at("event").value = JSON.stringify(example, null, 2);
}

async function call(path, options = {}) {
  const key = at("key").value;
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const response = await fetch(path, { ...options, headers: { ...headers, ...options.headers } });
  const text = await response.text();
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it is */ }
  at("answer").textContent = `${response.status} ${response.statusText}\n\n${shown}`;
}

const sentence = () => `/sentences/${encodeURIComponent(at("crn").value)}/${encodeURIComponent(at("number").value)}`;

at("kind").addEventListener("change", choose);
at("form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const wait = at("wait").checked ? "?wait=true" : "";
  call(`${sentence()}/events/${at("kind").value}${wait}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: at("event").value,
  });
});
at("ask").addEventListener("click", () => {
  let id = "";
  try { id = JSON.parse(at("event").value).event_id ?? ""; } catch { /* the API says what is wrong */ }
  call(`${sentence()}/receipts/${encodeURIComponent(id)}`);
});
fill();
