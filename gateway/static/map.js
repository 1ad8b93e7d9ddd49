// The drawn map, on tiles. Its markers are those of the drawing, with their links and names.

const drawing = document.querySelector(".map svg[role]");
const frame = document.createElement("div");
frame.className = "tiles";
frame.setAttribute("role", "group");
frame.setAttribute("aria-label", drawing.getAttribute("aria-label"));
drawing.replaceWith(frame);

const { tiles, credit } = document.querySelector(".map").dataset;
const map = L.map(frame, { scrollWheelZoom: false });
map.attributionControl.setPrefix(false);
L.tileLayer(tiles, { attribution: credit, maxZoom: 18, referrerPolicy: "origin" }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);

// A marker of the drawing, cut out and put where the space is.
const places = [...drawing.querySelectorAll(".marker")].map((marker) => {
  const { lat, lon, x, y } = marker.dataset;
  const cut = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  cut.setAttribute("viewBox", `${x - 16} ${y - 16} 32 32`);
  cut.append(marker);
  const icon = L.divIcon({ className: "pin", html: cut, iconSize: [36, 36] });
  L.marker([lat, lon], { icon, keyboard: false }).addTo(map);
  return [lat, lon];
});
map.fitBounds(places, { padding: [36, 36], maxZoom: 12 });
