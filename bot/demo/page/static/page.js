// Work that the browser does without the server: suggestions, growing text boxes, menus, focus, scrolling. It also sends
// presses to the server, and does what the server asks for.
const demo = (() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const narrow = () => matchMedia("(max-width: 760px)").matches;
  const ONE_VALUE = "textarea, select, input:not([type=checkbox], [type=radio])";
  const FIELDS = ".modal-body :is(input, textarea, select):not([disabled])";

  // ---- text boxes: growing, sending, completing -------------------------------------------------------------------
  const grow = (box) => {
    box.style.height = "auto";
    box.style.height = Math.min(box.scrollHeight + 2, 260) + "px";
  };

  const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));

  // The bot has redrawn a form in which somebody types: put their words into the new fields, as Slack does.
  function typedMeanwhile(box, fields) {
    for (const field of fields) {
      const typed = box.typed?.[field.dataset.block], input = $(ONE_VALUE, field);
      if (typed === undefined || !input || input.value === typed) continue;
      input.value = typed;
      for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }

  // If the form was redrawn before a press of its submit button arrived, press the new button. `data-submit` is the number of
  // presses that have arrived.
  function sendAgain(box) {
    const submit = $("[data-submit]", box), arrived = Number(submit?.dataset.submit);
    if (!(box.presses > arrived)) return;
    box.presses = arrived;
    submit.click();
  }

  // What was typed and not sent is there again when the person comes back, as in Slack.
  const draftOf = (box) => `tradeoffs-demo-draft ${box.dataset.draft}`;
  function keepDraft(box) {
    if (box.value) sessionStorage.setItem(draftOf(box), box.value);
    else sessionStorage.removeItem(draftOf(box));
  }
  // An empty box that has a draft was drawn just now: whoever empties a box leaves no draft.
  function restoreDrafts() {
    for (const box of all(".composer-input")) {
      const draft = !box.value && sessionStorage.getItem(draftOf(box));
      if (draft) { box.value = draft; grow(box); }
    }
  }

  function closeList(box) {
    const list = listOf(box);
    if (!list) return;
    list.replaceChildren();
    box.removeAttribute("aria-activedescendant");
  }

  // The word before the caret that suggestions can complete: a command only at the very start, a name anywhere.
  function wordAt(box) {
    const before = box.value.slice(0, box.selectionStart);
    const found = before.match(/^\/\S*$/) || before.match(/(?<=^|\s)[@#][\w-]*$/);
    return found ? { word: found[0], start: before.length - found[0].length, end: before.length } : null;
  }

  function suggest(box) {
    closeList(box);
    const at = wordAt(box);
    if (!at) return;
    const offered = JSON.parse(box.dataset.complete)[at.word[0]] || [];
    const fitting = offered.filter((one) => one.name.toLowerCase().startsWith(at.word.toLowerCase())).slice(0, 8);
    const list = listOf(box);
    fitting.forEach((one, i) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${i}`;
      item.role = "option";
      for (const [css, text] of [["name", one.name], ["hint", one.hint], ["about", one.about]])
        if (text) item.append(Object.assign(document.createElement("span"), { className: css, textContent: text }));
      item.addEventListener("mousedown", (e) => { e.preventDefault(); take(box, one.name); });
      list.append(item);
    });
    if (fitting.length) choose(box, 0);
  }

  function choose(box, index) {
    const items = all("li", listOf(box));
    const chosen = items[(index + items.length) % items.length];
    items.forEach((one) => one.setAttribute("aria-selected", String(one === chosen)));
    box.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  function take(box, name) {
    const at = wordAt(box);
    box.setRangeText(name + " ", at.start, at.end, "end");
    keepDraft(box);
    closeList(box);
    box.focus();
    grow(box);
  }

  function send(box) {
    if (!box.value.trim()) return;
    box.dispatchEvent(new CustomEvent("send", { detail: box.value }));
    box.value = "";
    keepDraft(box);
    grow(box);
    closeList(box);
  }

  // True if the key was meant for the open list of suggestions.
  function keyInList(box, e) {
    const items = all("li", listOf(box));
    if (!items.length) return false;
    const at = items.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const name = () => $(".name", items[at]).textContent;
    if (e.key === "ArrowDown") choose(box, at + 1);
    else if (e.key === "ArrowUp") choose(box, at - 1);
    else if (e.key === "Escape") closeList(box);
    else if (e.key === "Tab") take(box, name());
    else if (e.key === "Enter" && wordAt(box).word !== name()) take(box, name());
    else return false;
    return true;
  }

  // ---- menus, lists, forms: keys ----------------------------------------------------------------------------------
  const openMenu = () => $("details.menu[open]");

  function closeMenus(except) {
    all("details.menu[open]").forEach((one) => { if (one !== except) one.removeAttribute("open"); });
  }

  // Place the menu inside the window: below its button, or above it if it does not fit below and there is more room above.
  function placeMenu(menu) {
    const items = $(".menu-items", menu), sign = $("summary", menu).getBoundingClientRect(), edge = 8;
    const below = innerHeight - sign.bottom - edge - 4, above = sign.top - edge - 4;
    const isBelow = items.scrollHeight <= below || below >= above;
    items.style.maxHeight = `${Math.min(480, isBelow ? below : above)}px`;
    const left = items.classList.contains("people") ? sign.left : sign.right - items.offsetWidth;
    items.style.left = `${Math.max(edge, Math.min(left, innerWidth - items.offsetWidth - edge))}px`;
    const top = isBelow ? sign.bottom + 4 : sign.top - items.offsetHeight - 4;
    items.style.top = `${Math.max(edge, Math.min(top, innerHeight - items.offsetHeight - edge))}px`;
  }

  function moveIn(items, e) {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
    if (to === undefined || !items.length) return;
    e.preventDefault();
    items[(to + items.length) % items.length].focus();
  }

  document.addEventListener("keydown", (e) => {
    const target = e.target;
    if (e.isComposing) return;
    if (target.matches?.(".composer-input")) {
      if (keyInList(target, e)) return e.preventDefault();
      if (e.key === "Enter" && !e.shiftKey) { e.preventDefault(); return send(target); }
    }
    const menu = target.closest?.("details.menu");
    if (menu?.open) {
      if (e.key === "Escape") { e.preventDefault(); menu.removeAttribute("open"); return $("summary", menu).focus(); }
      if (e.key === "Tab") return menu.removeAttribute("open");
      return moveIn(all("[role=menuitem]", menu), e);
    }
    if (target.closest?.(".places")) return moveIn(all(".places a"), e);
    const dialog = target.closest?.("dialog.modal");
    if (dialog && e.key === "Enter") {
      const plain = target.matches("input:not([type=checkbox], [type=radio])");
      if (plain || ((e.ctrlKey || e.metaKey) && target.matches("textarea"))) {
        e.preventDefault();
        $("[data-submit]", dialog)?.click();
      }
    }
    if (e.key === "Escape" && !dialog) escape(target);
  });

  function escape(target) {
    if (document.body.dataset.sidebar) return drawer(false);
    if (target.closest?.(".side")) $("[data-close]")?.click();
  }

  document.addEventListener("input", (e) => {
    const field = e.target.matches(ONE_VALUE) && e.target.closest("dialog .field");
    if (field) (field.closest("dialog").typed ??= {})[field.dataset.block] = e.target.value;
    if (e.target.matches("[data-grow]")) grow(e.target);
    if (e.target.matches(".composer-input")) { keepDraft(e.target); suggest(e.target); }
  });
  document.addEventListener("focusout", (e) => { if (e.target.matches?.(".composer-input")) closeList(e.target); });
  document.addEventListener("toggle", (e) => {
    if (!e.target.matches?.("details.menu")) return;
    if (!e.target.open) return keepAtEnd();
    closeMenus(e.target);
    placeMenu(e.target);
    ($("[role=menuitem][aria-current]", e.target) || $("[role=menuitem]", e.target))?.focus();
  }, true);

  // ---- clicks -----------------------------------------------------------------------------------------------------
  function drawer(open) {
    if (open) document.body.dataset.sidebar = "open"; else delete document.body.dataset.sidebar;
    (open ? $(".sidebar summary") : $("[data-drawer]"))?.focus();
  }

  document.addEventListener("click", (e) => {
    const hit = (selector) => e.target.closest?.(selector);
    // A click that this script makes itself, such as the one for earlier messages, closes no menu.
    if (e.isTrusted) closeMenus(hit("[role=menuitem]") ? null : hit("details.menu"));
    if (hit("dialog [data-submit]")) hit("dialog").presses = (hit("dialog").presses || 0) + 1;
    if (hit("[data-drawer]")) return drawer(true);
    if (hit("[data-drawer-close]")) return drawer(false);
    if (document.body.dataset.sidebar && hit(".sidebar a.place, .sidebar a.actor")) delete document.body.dataset.sidebar;
    if (hit("[data-hide-hints]")) return hideHints();
    if (hit("[data-more-steps]")) return moreSteps();
    if (hit(".send")) return send($(".composer-input", hit(".composer-box")));
    const control = hit(":is(button, a)[data-action]");
    if (control) {
      if (control.matches(".button")) control.setAttribute("aria-busy", "true");
      return press(control, control.dataset.value ?? "");
    }
    const shortcut = hit("[data-shortcut]");
    if (shortcut) return emitEvent("demo-shortcut", [surfaceOf(shortcut), shortcut.dataset.shortcut]);
    if (hit("[data-thread]")) return emitEvent("demo-thread", hit("[data-thread]").dataset.thread);
    if (hit("[data-skip]")) { e.preventDefault(); return $(".main .composer-input")?.focus(); }
    const mention = hit("a[data-channel]");
    if (mention) { e.preventDefault(); return emitEvent("demo-go", [mention.dataset.channel, ""]); }
    const message = hit("a[href*='/archives/']")?.href.match(/\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?/);
    if (message) { e.preventDefault(); emitEvent("demo-go", [message[1], message[2] ? `${message[2]}.${message[3]}` : ""]); }
  });

  // The surface of an element: the time stamp of its message, or the word "modal" or "home".
  const surfaceOf = (control) =>
    control.closest("[data-ts]")?.dataset.ts || (control.closest("dialog.modal") ? "modal" : "home");
  const press = (control, value) =>
    emitEvent("demo-press", [surfaceOf(control), control.dataset.block, control.dataset.action, value]);

  document.addEventListener("change", (e) => {
    if (!e.target.dataset?.action) return;
    const group = e.target.type === "checkbox" && all(`[name="${CSS.escape(e.target.name)}"]:checked`, e.target.closest(".options"));
    press(e.target, group ? group.map((box) => box.value) : e.target.value);
  });

  const HIDDEN = "tradeoffs-demo-hints-hidden";
  function hideHints() {
    localStorage.setItem(HIDDEN, "yes");
    document.documentElement.classList.add("no-hints");
    $(".main .composer-input")?.focus();
  }
  // On a phone the steps are one line. A button scrolls to those that are out of sight, and from the last one back.
  function noteMoreSteps() {
    const list = $(".hints ol");
    if (!list) return;
    const left = list.scrollWidth - list.clientWidth;
    if (left <= 1) delete list.parentElement.dataset.more;
    else list.parentElement.dataset.more = list.scrollLeft < left - 1 ? "on" : "back";
  }
  function moreSteps() {
    const list = $(".hints ol"), start = list.getBoundingClientRect().left;
    const goesBack = list.parentElement.dataset.more === "back";
    const next = all("li", list).find((step) => step.getBoundingClientRect().left > start + 1);
    list.scrollLeft += goesBack ? -list.scrollLeft : next.getBoundingClientRect().left - start;
    noteMoreSteps();
  }
  addEventListener("resize", noteMoreSteps);
  if (localStorage.getItem(HIDDEN)) document.documentElement.classList.add("no-hints");

  // ---- focus: it stays where the person was when something is redrawn or closed ----------------------------------
  let returnTo = null;
  let lastMessage = "", lastControl = "";
  document.addEventListener("focusin", (e) => {
    const field = e.target.closest("dialog .field");
    if (field) field.closest("dialog").dataset.focused = field.dataset.block;
    lastMessage = e.target.closest?.("[data-ts]")?.dataset.ts || "";
    lastControl = e.target.dataset?.action || "";
  });
  document.addEventListener("pointerdown", (e) => { if (!e.target.closest?.("[data-ts]")) lastMessage = ""; });

  function keepFocus() {
    if ($("dialog[open]") || document.activeElement !== document.body) return;
    const message = lastMessage && $(`[data-ts="${CSS.escape(lastMessage)}"]`);
    if (returnTo) {
      const to = returnTo.isConnected ? returnTo : message || $(".main .composer-input");
      returnTo = null;
      to?.focus();
    } else if (message) {
      const control = lastControl && $(`[data-action="${CSS.escape(lastControl)}"]`, message);
      (control || message).focus({ preventScroll: true });
    }
  }

  // ---- scrolling: a list that was at its end stays at its end -----------------------------------------------------
  // Not while a menu in the list is open: the scrolling would move the menu's button away.
  const toEnd = (log) => { if (!$("details.menu[open]", log)) log.scrollTop = log.scrollHeight; };
  const keepAtEnd = () => all(".log").forEach((log) => { if (!log.dataset.away) toEnd(log); });
  const atEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  // Ask once for each number of drawn messages. What is in view stays in place unless the list is at its very top, so scroll
  // down by a pixel there.
  function showEarlier(log) {
    const button = $(".earlier:not(.hidden)", log), drawn = String($(".log-list", log).childElementCount);
    if (!button || log.dataset.asked === drawn) return;
    log.dataset.asked = drawn;
    log.scrollTop = Math.max(log.scrollTop, 1);
    button.click();
  }
  document.addEventListener("scroll", (e) => {
    if (openMenu()) placeMenu(openMenu());
    if (e.target.matches?.(".hints ol")) noteMoreSteps();
    if (e.target.matches?.(".modal-body")) e.target.closest("dialog").dataset.scrolled = e.target.scrollTop;
    if (e.target.classList?.contains("log")) {
      e.target.dataset.away = atEnd(e.target) ? "" : "yes";
      if (e.target.scrollTop < 400) showEarlier(e.target);
    }
  }, true);
  // A private answer to what this person just did; it may be far below what they pressed.
  const isAnswer = (node) => node.matches?.("[data-arrived] .private:last-child");
  const follow = (changes) => {
    if (changes.some((change) => [...change.addedNodes].some(isAnswer))) delete $(".main .log").dataset.away;
    restoreDrafts();
    keepAtEnd();
    noteMoreSteps();
    if (openMenu()) placeMenu(openMenu());
    keepFocus();
  };
  addEventListener("DOMContentLoaded", () => new MutationObserver(follow).observe(document.body, { childList: true, subtree: true }));

  // ---- what the server asks for -----------------------------------------------------------------------------------
  const soon = (act) => setTimeout(act, 30);

  function arrive() {
    soon(() => {
      restoreDrafts();
      all(".composer-input").forEach(grow);
      noteMoreSteps();
      const log = $(".main .log");
      if (log) { delete log.dataset.away; log.dataset.arrived = "yes"; toEnd(log); }
      // Take the focus from the link that led here, never from something a person has begun to do.
      if ($("dialog[open]") || openMenu() || !document.activeElement.matches("body, a, .composer-input")) return;
      const box = $(".main .composer-input");
      if (narrow()) return;
      (box || $(".home"))?.focus();
      box?.setSelectionRange(box.value.length, box.value.length);
    });
  }

  function openDialog(id) {
    const box = document.getElementById(id);
    if (!box || box.open) return;
    if (!$("dialog[open]")) returnTo = document.activeElement;
    closeMenus();
    box.showModal();
    settle(box);
    new MutationObserver(() => settle(box)).observe(box, { childList: true });
  }

  // Called when a form is drawn, and when it is redrawn, before the browser takes the next key. A form that is redrawn stays
  // scrolled as it was. Its first new field gets the focus; if no field is new, the field that had the focus keeps it.
  function settle(box) {
    const body = $(".modal-body", box);
    if (!body || body === box.settled) return;
    box.settled = body;
    all("[data-grow]", box).forEach(grow);
    const before = box.dataset.fields?.split(" "), fields = all(".field", box);
    box.dataset.fields = fields.map((field) => field.dataset.block).join(" ");
    if (before) body.scrollTop = box.dataset.scrolled || 0;
    const added = before && fields.find((field) => !before.includes(field.dataset.block));
    if (before) { typedMeanwhile(box, fields); sendAgain(box); }
    // Somebody was faster: the menu that they have opened, or the field that they are in, keeps the focus.
    if (openMenu() || (box.contains(document.activeElement) && document.activeElement.matches(FIELDS))) return;
    if (added) return $("input, textarea, select", added)?.focus();
    const stays = fields.find((field) => field.dataset.block === box.dataset.focused);
    if (before && stays) return $("input, textarea, select", stays)?.focus({ preventScroll: true });
    ($("[data-focus]", box) || $(FIELDS, box) || $(".dialog-foot .button", box))?.focus();
  }

  let fading;
  return {
    arrive,
    openDialog,
    arriveInThread: () => soon(() => { if (!narrow()) $(".side .composer-input")?.focus(); }),
    firstError: (id) => soon(() => {
      const wrong = $(`#${id} .wrong`);
      wrong?.scrollIntoView({ block: "center" });
      wrong && $("input, textarea, select", wrong)?.focus({ preventScroll: true });
    }),
    fill(id, text) {
      const box = document.getElementById(id);
      if (box && !box.value) { box.value = text; keepDraft(box); grow(box); }
    },
    rest: ([block, action]) => all("[data-action][aria-busy]").forEach((control) => {
      if (control.dataset.block === block && control.dataset.action === action) control.removeAttribute("aria-busy");
    }),
    address: (to) => history.pushState(null, "", to),
    showMessage: (ts) => setTimeout(() => {
      const found = $(`.main [data-ts="${CSS.escape(ts)}"]`);
      if (!found) return;
      found.closest(".log").dataset.away = "yes";
      found.scrollIntoView({ block: "center" });
      found.focus();
    }, 120),
    // After `arrive`, which gives the focus to the message box.
    pointAt: (ts, label) => setTimeout(() => {
      const message = $(`.main [data-ts="${CSS.escape(ts)}"]`);
      const button = message && all("button", message).find((found) => found.textContent === label);
      if (!button) return;
      message.closest(".log").dataset.away = "yes";
      button.scrollIntoView({ block: "center" });
      button.focus({ preventScroll: true, focusVisible: true });
      button.classList.add("pointed");
      button.addEventListener("blur", () => button.classList.remove("pointed"), { once: true });
    }, 120),
    tell(sentence) {
      const box = $(".toast");
      box.textContent = sentence;
      box.dataset.shown = "";
      clearTimeout(fading);
      fading = setTimeout(() => { delete box.dataset.shown; box.textContent = ""; }, 6000);
    },
  };
})();

addEventListener("popstate", () => emitEvent("demo-back", location.search));
