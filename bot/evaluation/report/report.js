(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  const list = $("list"), find = $("find"), tag = $("tag"), sort = $("sort");
  const chips = [...document.querySelectorAll(".chips button")];

  // Accents and case are folded on both sides, so that "uber" finds "Über".
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const questions = [...list.children].map((element, place) => ({
    element,
    place,
    states: new Set(element.dataset.states.split(" ")),
    tags: new Set(element.dataset.tags.split("\n").filter(Boolean)),
    confidence: element.dataset.confidence === "" ? 2 : Number(element.dataset.confidence),
    seconds: Number(element.dataset.seconds),
    text: fold([...element.querySelectorAll("[data-find]")].map((part) => part.textContent).join("\n")),
  }));
  const orders = {
    "": (a, b) => a.place - b.place,
    failed: (a, b) => b.states.has("failed") - a.states.has("failed") || a.place - b.place,
    unsure: (a, b) => a.confidence - b.confidence || a.place - b.place,
    slow: (a, b) => b.seconds - a.seconds || a.place - b.place,
  };
  const wanted = { state: "", tag: "", text: "", sort: "" };
  let ordered = "";

  function show() {
    const words = fold(wanted.text).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const question of questions) {
      const fits =
        (!wanted.state || question.states.has(wanted.state)) &&
        (!wanted.tag || question.tags.has(wanted.tag)) &&
        words.every((word) => question.text.includes(word));
      question.element.hidden = !fits;
      count += fits;
    }
    if (wanted.sort !== ordered) {
      list.append(...[...questions].sort(orders[wanted.sort]).map((question) => question.element));
      ordered = wanted.sort;
    }
    for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.state === wanted.state));
    if (find.value !== wanted.text) find.value = wanted.text;
    if (tag) tag.value = wanted.tag;
    sort.value = wanted.sort;
    $("shown").textContent = `${count} of ${questions.length} shown`;
    $("empty").hidden = count > 0;
  }

  function write() {
    const parts = [];
    if (wanted.state) parts.push(wanted.state);
    for (const [name, value] of [["tag", wanted.tag], ["q", wanted.text], ["sort", wanted.sort]])
      if (value) parts.push(`${name}=${encodeURIComponent(value)}`);
    history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.href.split("#")[0]);
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  // A link names a question (#q-where, #where) or filters (#failed&tag=dates&q=talks&sort=slow).
  function read() {
    const hash = location.hash.slice(1);
    const target = hash && ($(decoded(hash)) || $(`q-${decoded(hash).toLowerCase()}`));
    if (target && target.matches(".question")) {
      if (target.hidden) Object.assign(wanted, { state: "", tag: "", text: "" });
      show();
      target.open = true;
      target.scrollIntoView({ block: "start" });
      return;
    }
    if (target) return show();
    const next = { state: "", tag: "", text: "", sort: "" };
    for (const part of hash.split("&").filter(Boolean)) {
      const [name, value] = part.split("=", 2);
      if (value === undefined && chips.some((chip) => chip.dataset.state === name)) next.state = name;
      else if (name === "tag" && questions.some((question) => question.tags.has(decoded(value || "")))) next.tag = decoded(value);
      else if (name === "q") next.text = decoded(value || "");
      else if (name === "sort" && value in orders) next.sort = value;
    }
    Object.assign(wanted, next);
    show();
    if (hash) $("questions").scrollIntoView({ block: "start" });
  }

  function change(part) {
    Object.assign(wanted, part);
    show();
    write();
  }

  for (const chip of chips)
    chip.addEventListener("click", () => change({ state: wanted.state === chip.dataset.state ? "" : chip.dataset.state }));
  find.addEventListener("input", () => change({ text: find.value }));
  tag?.addEventListener("change", () => change({ tag: tag.value }));
  sort.addEventListener("change", () => change({ sort: sort.value }));
  $("reset").addEventListener("click", () => {
    change({ state: "", tag: "", text: "" });
    find.focus();
  });
  addEventListener("hashchange", read);
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "Escape" && event.target === find) {
      change({ text: "" });
      find.blur();
    }
  });

  const themes = { "": "system", light: "light", dark: "dark" };
  const theme = $("theme");
  // Pages opened from a file may have no storage.
  const stored = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  function dress(name) {
    root.dataset.theme = name;
    theme.querySelector("span").textContent = themes[name];
  }
  theme.addEventListener("click", () => {
    const names = Object.keys(themes);
    dress(names[(names.indexOf(root.dataset.theme) + 1) % names.length]);
    stored(() => localStorage.setItem("clippings-theme", root.dataset.theme));
  });
  const kept = stored(() => localStorage.getItem("clippings-theme"));
  dress(kept in themes ? kept : "");

  theme.hidden = false;
  $("tools").hidden = false;
  read();
})();
