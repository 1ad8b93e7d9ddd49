// The week as a calendar in which bookings are dragged. It shows what the table below it says, and
// moves with the form by which people move: filled in here, sent to see what becomes of it, and
// sent for good by whoever has seen it.
"use strict";

const plan = document.getElementById("semaine");
const dialog = document.querySelector("dialog");
const wide = matchMedia("(min-width: 60rem)");

const two = (number) => String(number).padStart(2, "0");
const dayOf = (time) => `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
const clockOf = (time) => `${two(time.getHours())}:${two(time.getMinutes())}`;

function moment(monday, column, minute) {
  const [year, month, day] = monday.split("-").map(Number);
  return new Date(year, month - 1, day + column, 0, minute);
}

function read(row) {
  const { resource, kind } = row.dataset;
  return [...row.querySelectorAll("td[data-at]")].flatMap((cell) => {
    const times = cell.dataset.at.split(" ").map((each) => each.split("-"));
    return [...cell.querySelectorAll("li > :first-child")].map((it, n) => {
      const [start, end] = times[n].map((at) => moment(plan.dataset.monday, cell.cellIndex - 1, Number(at)));
      const movable = it.tagName === "A";
      return {
        resourceIds: [resource],
        start,
        end,
        title: it.nextSibling.textContent.trim(),
        startEditable: movable,
        durationEditable: movable && kind !== "desks",
        classNames: [it.parentElement.className],
        extendedProps: { address: it.href },
      };
    });
  });
}

async function page(address, words) {
  const answer = await fetch(address, { ...words, headers: { Accept: "text/html" } });
  const html = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = html.getElementById("deplacement");
  if (!part) location.assign(address); // somewhere else, such as where to sign in
  return { part, ok: answer.ok };
}

// As what something is booked: a studio like a room.
const alike = (row) => (row.dataset.kind === "studio" ? "room" : row.dataset.kind);

// Which of its times was dragged, if a booking has several, and to which place.
function fillIn(form, was, now) {
  const { resource } = form.elements;
  if (resource) [resource.value] = now.resourceIds;
  const at = (name, n) => form.elements[`${name}-${n}`];
  for (let n = 0; at("day", n); n += 1) {
    const timed = at("start", n);
    if (at("day", n).value === dayOf(was.start) && (!timed || timed.value === clockOf(was.start))) {
      at("day", n).value = dayOf(now.start);
      if (timed) timed.value = clockOf(now.start);
      if (timed) at("end", n).value = clockOf(now.end);
      return;
    }
  }
}

async function moved(info) {
  const address = info.event.extendedProps.address;
  const { part } = await page(address);
  if (!part) return;
  const form = part.querySelector("form");
  fillIn(form, info.oldEvent, info.event);
  const body = new URLSearchParams(new FormData(form));
  body.set("step", "preview");
  const seen = await page(form.action, { method: "POST", body });
  if (!seen.part) return;
  seen.part.querySelector("button[value=preview]").remove();
  if (!seen.ok) seen.part.querySelector("form").remove();
  dialog.firstElementChild.replaceChildren(seen.part);
  dialog.addEventListener("close", () => info.revert(), { once: true });
  dialog.showModal();
}

// Weekdays (0 is Sunday) on which the space is closed and nobody has booked: unless all are.
function idle(rows) {
  const columns = [0, 1, 2, 3, 4, 5, 6].filter((n) =>
    rows.every((row) => row.cells[n + 1].className === "closed" && !row.cells[n + 1].textContent.trim()),
  );
  return columns.length < 7 ? columns.map((n) => (n + 1) % 7) : [];
}

function draw() {
  const rows = [...document.querySelectorAll(".planning tbody tr")];
  const { monday, today, first, last } = plan.dataset;
  const hidden = idle(rows);
  const kinds = Object.fromEntries(rows.map((row) => [row.dataset.resource, alike(row)]));
  const hours = Number(last.slice(0, 2)) - Number(first.slice(0, 2)) || 1;
  EventCalendar.create(plan, {
    view: "resourceTimelineWeek",
    date: moment(monday, 0, 12 * 60),
    firstDay: 1,
    locale: document.documentElement.lang,
    headerToolbar: { start: "", center: "", end: "" },
    resources: rows.map((row) => ({ id: row.dataset.resource, title: row.querySelector("th span").textContent })),
    events: rows.flatMap(read),
    slotMinTime: first,
    slotMaxTime: last,
    slotDuration: "01:00",
    slotLabelInterval: "02:00",
    slotLabelFormat: (time) => String(time.getHours()),
    eventContent: ({ event }) => event.title,
    eventDidMount: ({ el, event, timeText }) => el.setAttribute("title", `${timeText} ${event.title}`),
    slotWidth: Math.max(12, Math.floor((plan.clientWidth - 160) / (7 - hidden.length) / hours)),
    hiddenDays: hidden,
    snapDuration: "00:15",
    editable: true,
    height: "auto",
    dragConstraint: ({ event, oldResource, newResource }) =>
      dayOf(event.start) >= today && (!newResource || kinds[newResource.id] === kinds[oldResource.id]),
    eventDrop: moved,
    eventResize: moved,
  });
  document.querySelector(".dragging").hidden = false;
}

if (plan && wide.matches && window.EventCalendar) draw();
