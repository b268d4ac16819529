// Starts the design system's components, also in what htmx swaps in, and moves the focus to what changed.
import { initAll } from "./vendor/nhsuk/nhsuk-frontend.min.js";

initAll();

document.addEventListener("htmx:after:process", ({ target: swappedIn }) => {
  if (swappedIn === document.body) return;
  initAll({ onError: tellUnlessStartedBefore });
  (swappedIn.matches("[data-focus]") ? swappedIn : swappedIn.querySelector("[data-focus]"))?.focus();
});

function tellUnlessStartedBefore(error) {
  if (error.name !== "InitError") console.error(error);
}
