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

// Follow-up questions are shown when the answers before them call for them ("done=no and status=off_track").
// Without this script all of them are there. What appears is announced; the focus stays where it is.
const followUps = [...document.querySelectorAll("[data-shown-if]")];

function isCalledFor(part) {
  const given = new FormData(part.closest("form"));
  const answered = part.dataset.shownIf.split(" and ").every((answer) => {
    const [name, value] = answer.split("=");
    return given.getAll(name).includes(value);
  });
  return answered || part.querySelector(".nhsuk-error-message") !== null;
}

function showWhatIsCalledFor() {
  const appeared = followUps.filter((part) => part.hidden && isCalledFor(part));
  followUps.forEach((part) => { part.hidden = !isCalledFor(part); });
  return appeared.map((part) => part.dataset.announce ?? "").join(" ").trim();
}

showWhatIsCalledFor();
document.addEventListener("change", ({ target }) => {
  const said = followUps.length > 0 && showWhatIsCalledFor();
  if (said) target.form.querySelector("[data-announcements]").textContent = said;
});

// A form that has been sent is not saved as a draft any more; coming back to it, it is.
let sent = false;
document.addEventListener("submit", () => { sent = true; });
window.addEventListener("pageshow", () => { sent = false; });
document.addEventListener("htmx:before:request", (event) => {
  if (sent && event.target.closest("[data-saves-draft]")) event.preventDefault();
});

// The ECIB queue by keyboard: j and k move, a decision's letter opens the form with it chosen, ? lists the keys.
const keys = document.querySelector("[data-keys]");
if (keys) listenToKeys(keys);

function listenToKeys(keys) {
  const inUse = keys.querySelector("#keys-on");
  inUse.checked = localStorage.getItem("qip-keys") !== "off";
  inUse.addEventListener("change", () => localStorage.setItem("qip-keys", inUse.checked ? "on" : "off"));
  keys.hidden = false;

  document.addEventListener("keydown", (event) => {
    if (!inUse.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input:not([type=radio]), select, textarea")) return;
    const decision = keys.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.dataset.decision;
    if (event.key === "j") moveInQueue(1);
    else if (event.key === "k") moveInQueue(-1);
    else if (event.key === "?") showKeys(keys);
    else if (decision) choose(decision);
    else return;
    event.preventDefault();
  });
}

function itemInFocus() {
  return document.activeElement.closest("[data-queue-item]");
}

function moveInQueue(by) {
  const items = [...document.querySelectorAll("[data-queue-item]")];
  const at = items.indexOf(itemInFocus());
  const next = items[Math.min(Math.max(at + by, 0), items.length - 1)];
  next?.querySelector("h3 a").focus();
  if (next) announce(`${items.indexOf(next) + 1} of ${items.length}`);
}

function showKeys(keys) {
  const list = keys.querySelector("details");
  list.open = !list.open;
  list.querySelector("summary").focus();
}

function choose(decision) {
  const item = itemInFocus();
  if (!item) return announce("Press j to go to an escalation first.");
  if (item.querySelector("form")) return choseIn(item, decision);
  const open = item.querySelector("[data-decide]");
  if (!open) return announce("There is nothing to decide on this one.");
  const id = item.id;
  document.addEventListener("htmx:after:process", ({ target }) => target.id === id && choseIn(target, decision), { once: true });
  open.click();
}

function choseIn(item, decision) {
  const radio = item.querySelector(`input[name="decision"][value="${decision}"]`);
  if (!radio) return announce("This decision is not possible here.");
  radio.checked = true;
  radio.focus();
}

function announce(sentence) {
  document.querySelector("[data-announce]").textContent = sentence;
}
