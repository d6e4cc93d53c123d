// Pickers that look like Slack's: a list with typing to filter, and a month to choose a day from. A picker sets the value of
// the browser's own select or date field, which tells the server. On a touch screen or a narrow one, there are no pickers.
(() => {
  const made = (tag, css, text = "", attributes = {}) => {
    const element = Object.assign(document.createElement(tag), { className: css, textContent: text });
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const touch = () => matchMedia("(hover: none), (max-width: 760px)").matches;
  let open = null;

  // Put the picker into the field's own form, because the form would cover it otherwise.
  function show(field, box) {
    close();
    (field.closest("dialog") || document.body).append(box);
    open = { field, box };
    if (!box.classList.contains("month")) box.style.width = `${Math.max(280, field.offsetWidth)}px`;
    place();
  }

  function place() {
    const { field, box } = open, at = field.getBoundingClientRect(), edge = 8;
    const below = innerHeight - at.bottom - edge - 4, above = at.top - edge - 4;
    const isBelow = box.offsetHeight <= below || below >= above;
    box.style.maxHeight = `${isBelow ? below : above}px`;
    box.style.left = `${Math.max(edge, Math.min(at.left, innerWidth - box.offsetWidth - edge))}px`;
    box.style.top = `${isBelow ? at.bottom + 4 : at.top - box.offsetHeight - 4}px`;
  }

  function close(focus) {
    if (!open) return;
    const { field, box } = open;
    open = null;
    box.remove();
    if (focus) field.focus();
  }

  function choose(field, value) {
    close(true);
    if (field.value === value) return;
    field.value = value;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }

  // ---- a list with typing to filter -------------------------------------------------------------------------------
  function pick(select, typed = "") {
    const box = made("div", "picker"), list = made("ul", "", "", { role: "listbox", id: "picker-list", "aria-label": "Choices" });
    const filter = made("input", "input", "", {
      role: "combobox", "aria-label": "Type to filter", "aria-controls": "picker-list", "aria-expanded": "true",
      "aria-autocomplete": "list", placeholder: "Type to filter", autocomplete: "off",
    });
    box.append(filter, list);
    const draw = () => {
      const word = filter.value.trim().toLowerCase();
      const offered = [...select.options].filter((option) => option.value && option.text.toLowerCase().includes(word));
      if (select.value && !word) offered.push(select.options[0]);
      list.replaceChildren(...offered.map((option, at) => entry(select, option, at)));
      if (!offered.length) list.append(made("li", "none", "Nothing matches."));
      mark(filter, list, Math.max(0, offered.findIndex((option) => option.selected)));
    };
    filter.addEventListener("input", () => { draw(); place(); });
    filter.addEventListener("focusout", () => open?.box === box && close());
    filter.addEventListener("keydown", (e) => {
      const at = [...list.children].findIndex((item) => item.ariaSelected === "true");
      if (e.key === "ArrowDown") mark(filter, list, at + 1);
      else if (e.key === "ArrowUp") mark(filter, list, at - 1);
      else if (e.key === "Enter" || (e.key === "Tab" && filter.value)) { if (at >= 0) choose(select, list.children[at].dataset.value); }
      else if (e.key === "Escape" || e.key === "Tab") close(true);
      else return;
      e.stopPropagation();
      if (e.key !== "Tab") e.preventDefault();
    });
    filter.value = typed;
    draw();
    show(select, box);
    filter.focus();
  }

  function entry(select, option, at) {
    const [name, about] = option.value ? option.text.split(" – ") : ["Clear the choice"];
    const item = made("li", option.value ? "" : "clear", "", { role: "option", id: `picker-${at}`, "data-value": option.value });
    item.append(made("span", "name", name));
    if (about) item.append(made("span", "about", about));
    item.addEventListener("mousedown", (e) => { e.preventDefault(); choose(select, option.value); });
    return item;
  }

  function mark(filter, list, at) {
    const items = [...list.querySelectorAll("[role=option]")];
    const chosen = items[(at + items.length) % items.length];
    items.forEach((item) => item.setAttribute("aria-selected", String(item === chosen)));
    if (!chosen) return filter.removeAttribute("aria-activedescendant");
    filter.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  // ---- a month ----------------------------------------------------------------------------------------------------
  const iso = (day) => `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
  const parsed = (text) => (text ? new Date(`${text}T12:00`) : new Date());
  const words = (day, how) => day.toLocaleDateString("en-GB", how);
  const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };

  function calendar(field, shown = parsed(field.value)) {
    const box = made("div", "picker month", "", { role: "group", "aria-label": "Choose a day" });
    const head = made("div", "month-head"), grid = made("div", "month-days");
    const first = new Date(shown.getFullYear(), shown.getMonth(), 1, 12);
    const turn = (by, sign, label) => {
      const button = made("button", "tool", sign, { type: "button", "aria-label": label });
      button.addEventListener("click", () => calendar(field, new Date(first.getFullYear(), first.getMonth() + by, 1, 12)));
      return button;
    };
    head.append(turn(-1, "‹", "The month before"), made("strong", "", words(first, { month: "long", year: "numeric" }), { role: "status" }), turn(1, "›", "The next month"));
    for (const name of ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]) grid.append(made("span", "weekday", name, { "aria-hidden": "true" }));
    for (const day = new Date(first); day.getMonth() === first.getMonth(); day.setDate(day.getDate() + 1)) {
      const value = iso(day), button = made("button", "", String(day.getDate()), { type: "button", "aria-label": words(day, LONG) });
      if (value === field.value) button.setAttribute("aria-pressed", "true");
      if (value === iso(new Date())) button.setAttribute("aria-current", "date");
      button.addEventListener("click", () => choose(field, value));
      grid.append(button);
    }
    grid.children[7].style.gridColumnStart = ((first.getDay() + 6) % 7) + 1;
    box.append(head, grid);
    // A press leaves the focus in the field, where a day can be typed as well.
    box.addEventListener("mousedown", (e) => e.preventDefault());
    box.addEventListener("keydown", (e) => { if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); close(true); } });
    show(field, box);
    return box;
  }

  // A date field without focus shows its day as Slack writes days; the style sheet draws `data-shown` over it.
  const caption = (field) => {
    field.dataset.shown = field.value ? words(parsed(field.value), { day: "numeric", month: "short", year: "numeric" }) : "Select a date";
  };
  const captions = () => document.querySelectorAll("input[type=date]").forEach(caption);
  addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
    if (changes.some((change) => change.addedNodes.length)) captions();
  }).observe(document.body, { childList: true, subtree: true }));

  // ---- opening and closing ----------------------------------------------------------------------------------------
  document.addEventListener("mousedown", (e) => {
    if (open && !open.box.contains(e.target) && e.target !== open.field) close();
    const select = e.target.closest?.("select.select");
    if (!select || touch() || e.button) return;
    e.preventDefault();
    pick(select);
  });
  document.addEventListener("click", (e) => { if (e.target.matches?.("input[type=date]") && !touch()) calendar(e.target); });
  document.addEventListener("keydown", (e) => {
    if (open && open.field === e.target && e.key === "Escape") { e.preventDefault(); e.stopPropagation(); return close(true); }
    if (e.ctrlKey || e.metaKey || touch()) return;
    if (e.target.matches?.("input[type=date]") && e.altKey && e.key === "ArrowDown") {
      e.preventDefault();
      const box = calendar(e.target);
      return (box.querySelector("[aria-pressed], [aria-current]") || box.querySelector(".month-days button")).focus();
    }
    if (!e.target.matches?.("select.select")) return;
    const isTyped = e.key.length === 1 && e.key !== " ";
    if (!isTyped && !["Enter", " ", "ArrowDown", "ArrowUp"].includes(e.key)) return;
    e.preventDefault();
    pick(e.target, isTyped ? e.key : "");
  }, true);
  document.addEventListener("change", (e) => { if (e.target.matches?.("input[type=date]")) caption(e.target); });
  document.addEventListener("scroll", (e) => { if (open && !open.box.contains(e.target)) place(); }, true);
})();
