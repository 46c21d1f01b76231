/*
 * Small conveniences. Every page works without this file; nothing here may be the only way to do a thing.
 *
 *   data-similar="/similar" data-similar-into="ID"   an input: look for matters like it while typing
 *   data-rows                                        rows that can be added and taken away
 *   data-pick-all, data-pick, data-pick-count        choosing rows of a table
 *   data-count="[n] left" data-over="[n] too many" data-max="500"
 *   data-guard                                       a form: ask before its words are lost
 *   data-print                                       a hidden button: print this page
 *   data-topic="/matters/1/events"                        hidden until the server says that the page has news
 */
(() => {
  "use strict";
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const length = (text) => [...text].length;
  const fill = (text, n) => text.replace("[n]", n);

  /* matters like the one being typed */
  for (const input of all("[data-similar]")) {
    const into = document.getElementById(input.dataset.similarInto);
    if (!into) continue;
    let timer, asked = "", going;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const q = input.value.trim().slice(0, 200);
        if (q === asked) return;
        asked = q;
        if (going) going.abort();
        if (length(q) < 2) { into.replaceChildren(); return; }
        going = new AbortController();
        try {
          const answer = await fetch(`${input.dataset.similar}?q=${encodeURIComponent(q)}`,
            { signal: going.signal, credentials: "same-origin" });
          if (!answer.ok) return;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          into.replaceChildren(...page.body.childNodes);
        } catch { /* no hint is no harm */ }
      }, 350);
    });
  }

  /* points, one by one */
  const renumber = (box) => all("[data-row]", box).forEach((row, i) => {
    for (const n of all("[data-row-n]", row)) n.textContent = i + 1;
    for (const e of all("[id]", row)) {
      const id = e.id.replace(/\d+$/, "") + (i + 1);
      for (const label of all(`label[for="${CSS.escape(e.id)}"]`, row)) label.htmlFor = id;
      e.id = id;
    }
    for (const b of all("[data-row-remove]", row)) b.value = i + 1;
  });
  for (const box of all("[data-rows]")) {
    box.addEventListener("click", (event) => {
      const add = event.target.closest("[data-row-add]");
      const remove = event.target.closest("[data-row-remove]");
      const rows = all("[data-row]", box);
      if (add) {
        if (rows.length >= Number(box.dataset.rowsMax || 20)) return; /* the server says why */
        event.preventDefault();
        const row = rows[rows.length - 1].cloneNode(true);
        for (const e of all("textarea, input", row)) { e.value = ""; e.removeAttribute("aria-invalid"); e.removeAttribute("aria-describedby"); }
        for (const e of all(".field-error, .counter", row)) e.remove();
        rows[rows.length - 1].after(row);
        renumber(box);
        all("textarea", row).forEach(count);
        row.querySelector("textarea, input").focus();
      } else if (remove) {
        event.preventDefault();
        const row = remove.closest("[data-row]");
        if (rows.length === 1) {
          for (const e of all("textarea", row)) { e.value = ""; e.dispatchEvent(new Event("input", { bubbles: true })); }
        } else {
          const near = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
          row.remove();
          renumber(box);
          near.querySelector("textarea, input")?.focus();
        }
      }
    });
  }

  /* how many characters are left, counted as people count them */
  function count(area) {
    const { max, count: left, over } = area.dataset;
    if (!max || !left) return;
    const note = document.createElement("p");
    note.className = "counter";
    area.after(note);
    const show = () => {
      const n = Number(max) - length(area.value);
      note.textContent = n < 0 ? fill(over || left, -n) : fill(left, n);
      note.classList.toggle("counter-over", n < 0);
      if (n < 20) note.setAttribute("role", "status"); else note.removeAttribute("role");
    };
    area.addEventListener("input", show);
    show();
  }
  all("[data-count]").forEach(count);

  /* choosing rows */
  for (const form of all("[data-pick-form]")) {
    const head = form.querySelector("[data-pick-all]");
    const boxes = all("[data-pick]", form);
    const show = () => {
      const n = boxes.filter((b) => b.checked).length;
      for (const c of all("[data-pick-count]", form)) c.textContent = fill(c.dataset.pickCount, n);
      for (const b of boxes) b.closest("tr")?.classList.toggle("is-picked", b.checked);
      if (head) { head.checked = n > 0 && n === boxes.length; head.indeterminate = n > 0 && n < boxes.length; }
    };
    if (head) {
      const label = head.closest("[hidden]");
      if (label) label.hidden = false;
      head.addEventListener("change", () => { for (const b of boxes) b.checked = head.checked; show(); });
    }
    for (const b of boxes) b.addEventListener("change", show);
    addEventListener("pageshow", show);
    show();
  }

  /* words not yet sent */
  for (const form of all("form[data-guard]")) {
    let touched = false;
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { touched = false; });
    addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  }

  /* print */
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  /* an error summary takes the focus, so that it is read first */
  document.querySelector(".error-summary[tabindex]")?.focus();

  /* an open account menu closes on Escape and when one goes elsewhere */
  for (const menu of all("details.account")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
    });
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  }

  /* news: the page says that it has grown, the reader decides when to load it */
  for (const note of all("[data-topic]")) {
    const source = new EventSource(note.dataset.topic);
    source.addEventListener("changed", () => { note.hidden = false; });
    addEventListener("pagehide", () => source.close());
  }
})();
