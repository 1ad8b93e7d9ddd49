// Arrivals at the counter, also while there is no network. Each is kept in this browser, with the
// moment of the press, before anything is sent, and forgotten once the server has answered. What
// is kept are ids and moments; nobody but whoever was signed in sends them. The server decides.
"use strict";

const LATER = 15_000; // milliseconds until it is tried again, while something is kept
const PATIENCE = 8_000; // with an answer
const NOT_KNOWN_WHETHER_DONE = [412, 429];

const counter = () => document.getElementById("comptoir");
const offline = document.getElementById("hors-ligne");
const mine = `arrivee ${counter().dataset.by} `;
const refusals = new Map(); // what the server said no to, until somebody presses again
let turn = Promise.resolve();
let timer;

const nameOf = (form) => `${mine}${form.getAttribute("action")} ${form.elements.booking.value}`;

function kept() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(mine));
  return names.map((name) => [name, JSON.parse(localStorage.getItem(name))]);
}

// The first press counts, however often somebody presses.
function keep(form) {
  const { booking, key } = form.elements;
  const press = { to: form.getAttribute("action"), booking: booking.value, key: key.value, pressed: Date.now() };
  const name = nameOf(form);
  if (!localStorage.getItem(name)) localStorage.setItem(name, JSON.stringify(press));
}

// Instead of its buttons, each row of somebody who is kept says so.
function show() {
  for (const form of counter().querySelectorAll("form[data-arrival]")) {
    const waits = localStorage.getItem(nameOf(form)) !== null;
    for (const each of form.parentElement.children) each.hidden = "kept" in each.dataset ? !waits : waits;
  }
}

async function page(address, words) {
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(address, { ...words, cache: "no-store", headers: { Accept: "text/html" }, signal });
  const html = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { answer, html, list: html.getElementById("comptoir") };
}

// Somewhere else, such as where to sign in.
const elsewhere = ({ answer, list }) => answer.redirected && !list;

// What the server says to one of them, or nothing if it has to be sent again: in the same words then.
async function told(name, press, csrf, ahead) {
  press.at ??= new Date(press.pressed + ahead).toISOString();
  localStorage.setItem(name, JSON.stringify(press));
  const body = new URLSearchParams({ csrf, key: press.key, booking: press.booking, at: press.at });
  const { answer, html, list } = await page(press.to, { method: "POST", body });
  const known = answer.status < 500 && !NOT_KNOWN_WHETHER_DONE.includes(answer.status);
  const ours = answer.ok ? list : html.getElementById("contenu"); // and not of whoever owns the network
  if (!known || !ours) return null;
  localStorage.removeItem(name);
  const found = html.querySelector("#dit > :is(.said, .trouble)") ?? html.querySelector("main h1");
  return { booking: press.booking, refused: !answer.ok, text: found.textContent };
}

function say({ booking, refused, text }) {
  const row = refused && counter().querySelector(`[data-booking="${booking}"]`);
  const what = document.createElement("p");
  what.className = refused ? "trouble" : "said";
  what.setAttribute("role", refused ? "alert" : "status");
  what.textContent = text;
  (row || document.getElementById("dit")).append(what);
}

function replace(list) {
  const { booking } = document.activeElement?.closest("[data-booking]")?.dataset ?? {};
  counter().replaceWith(list);
  if (booking) counter().querySelector(`[data-booking="${booking}"]`)?.focus();
  show();
}

async function send() {
  if (!kept().length) return;
  const { address } = counter().dataset;
  const seen = await page(address);
  if (elsewhere(seen)) return location.reload();
  if (!seen.list) throw new Error(`answered with ${seen.answer.status}`);
  const ahead = Date.parse(seen.answer.headers.get("Date")) - Date.now() || 0; // the clock of the server
  const csrf = seen.html.querySelector("input[name=csrf]").value;
  const answers = [];
  for (const [name, press] of kept()) answers.push(await told(name, press, csrf, ahead).catch(() => null));
  for (const each of answers) if (each?.refused) refusals.set(each.booking, each);
  const { list } = await page(address).catch(() => seen);
  if (list) replace(list);
  document.getElementById("dit").replaceChildren();
  for (const each of answers) if (each && !each.refused) say(each);
  refusals.forEach(say);
  if (answers.includes(null)) throw new Error("not everything was answered");
  offline.hidden = true;
}

// One after the other: what was pressed meanwhile is then sent as well.
function soon() {
  clearTimeout(timer);
  turn = turn.then(send).catch(() => {
    offline.hidden = false;
    timer = setTimeout(soon, LATER);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-arrival]");
  if (!form) return;
  try {
    keep(form);
    refusals.delete(form.elements.booking.value);
  } catch {
    return; // this browser keeps nothing: the form is sent as it is
  }
  event.preventDefault();
  form.closest("[data-booking]").focus();
  show();
  soon();
});
addEventListener("online", soon);
addEventListener("pageshow", () => {
  show();
  soon();
});
