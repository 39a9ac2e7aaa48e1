"use strict";
const tip = document.getElementById("tip");
const labels = new WeakMap();
for (const mark of document.querySelectorAll('figure svg [aria-roledescription][aria-label]')) {
  if (mark.getAttribute("role") === "graphics-symbol" && mark.tagName !== "g") {
    labels.set(mark, mark.getAttribute("aria-label"));
  }
}
document.addEventListener("pointermove", (event) => {
  const text = labels.get(event.target);
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const right = event.clientX + 14 + tip.offsetWidth > window.innerWidth;
  tip.style.left = `${right ? event.clientX - 14 - tip.offsetWidth : event.clientX + 14}px`;
  tip.style.top = `${Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 4)}px`;
});
document.addEventListener("pointerleave", () => { tip.hidden = true; });
