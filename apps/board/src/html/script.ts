/**
 * The script of all pages. Without it everything is there and works: times in UTC, and as they were when the page was loaded.
 *
 * It writes times in the viewer's zone, and replaces what has `data-live` by what the server sends, while the page is seen. What
 * somebody types or has opened is left alone.
 */
export const SCRIPT = `"use strict";
const zone = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function showTimes(root) {
  for (const each of root.querySelectorAll("time[datetime]")) {
    const date = new Date(each.dateTime);
    each.textContent = zone.format(date);
    each.title = exact.format(date) + " (" + each.dateTime + ")";
  }
}

function bringUpToDate(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector('[data-live="' + part.dataset.live + '"]');
    if (other === null || part.contains(document.activeElement)) continue;
    showTimes(other);
    if (other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML;
  }
}

let stream = null;
const state = document.getElementById("live-state");

function follow() {
  const from = document.body.dataset.liveFrom;
  if (from === undefined || document.hidden || stream !== null) return;
  stream = new EventSource(from);
  stream.onopen = () => (state.textContent = "Live");
  stream.onerror = () => (state.textContent = "Not live: trying again");
  stream.addEventListener("page", (event) => bringUpToDate(JSON.parse(event.data)));
  stream.addEventListener("end", () => {
    stop();
    state.textContent = "Not live any more: load the page again";
  });
}

function stop() {
  if (stream !== null) stream.close();
  stream = null;
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return follow();
  stop();
  state.textContent = "Paused while nobody looks";
});
addEventListener("pagehide", stop);
addEventListener("pageshow", follow);
showTimes(document);
follow();
`;
