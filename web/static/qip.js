// Starts the design system's components, also in what htmx swaps in, and moves the focus to what changed.
import { initAll } from "./vendor/nhsuk/nhsuk-frontend.min.js";

initAll();

document.addEventListener("htmx:after:swap", () => {
  initAll();
  document.querySelector("[data-focus]")?.focus();
});
