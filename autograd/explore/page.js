"use strict";

/* The page contains the text of every step. This script does the arithmetic of backprop and shows one step at a time. */
(() => {
  const model = JSON.parse(document.getElementById("model").textContent);
  const last = model.steps.length - 1;
  const byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const indexed = (name) => {
    const found = new Map();
    for (const element of all(`[data-${name}]`)) {
      const index = Number(element.dataset[name]);
      found.set(index, [...(found.get(index) ?? []), element]);
    }
    return (index) => found.get(index) ?? [];
  };
  const nodes = indexed("node");
  const edges = indexed("edge");
  const dataOf = indexed("data");
  const gradOf = indexed("grad");
  const steps = all(".step");
  const chips = all(".chip");
  const chains = all(".chain");

  let at = 0;
  let chosen = null; // the parameter whose path is shown
  let stepped = true; // whether the picture follows the step, not the chosen parameter

  /* The state after step number `upTo`, computed from the start each time, so that stepping back restores it exactly. */
  function stateAt(upTo) {
    const data = model.nodes.map(() => null);
    const grad = model.nodes.map(() => null);
    const shown = model.nodes.map(() => "");
    const passed = new Set();
    for (const step of model.steps.slice(0, upTo + 1)) {
      if (step.kind === "given") {
        model.nodes.forEach((node, i) => { if (node.operands.length === 0) data[i] = Number(node.value); });
      } else if (step.kind === "compute") {
        data[step.node] = Number(model.nodes[step.node].value);
      } else if (step.kind === "seed") {
        grad.fill(0);
        shown.fill("0");
        grad[step.node] = 1;
        shown[step.node] = "1";
      } else {
        grad[step.to] += grad[step.node] * Number(model.nodes[step.node].partials[step.slot]);
        shown[step.to] = step.after;
        passed.add(step.edge);
      }
    }
    return { data, grad, shown, passed };
  }

  /* The nodes and edges on the paths from a parameter to the result, in forward order. */
  function pathOf(parameter) {
    const on = new Set([parameter]);
    const along = new Set();
    model.nodes.forEach((node, i) => {
      node.operands.forEach((operand, slot) => {
        if (on.has(operand)) {
          on.add(i);
          along.add(node.edges[slot]);
        }
      });
    });
    return { on, along };
  }

  const put = (element, known, value, text) => {
    element.textContent = known ? text : "";
    if (element.localName === "data") element.value = known ? String(value) : "";
  };

  const mark = (elements, name, on) => elements.forEach((element) => element.classList.toggle(name, on));

  function show() {
    const { data, grad, shown, passed } = stateAt(at);
    const step = model.steps[at];
    const path = chosen === null ? null : pathOf(chosen);
    const now = [step.node, step.to].filter((i) => i !== undefined);
    model.nodes.forEach((node, i) => {
      const known = data[i] !== null;
      for (const element of dataOf(i)) put(element, known, data[i], node.shown);
      for (const element of gradOf(i)) put(element, grad[i] !== null, grad[i], shown[i]);
      mark(nodes(i), "is-known", known);
      mark(nodes(i), "is-now", now.includes(i));
      mark(nodes(i), "is-on-path", path !== null && path.on.has(i));
      node.edges.forEach((edge) => {
        if (edge === null) return;
        mark(edges(edge), "is-known", known);
        mark(edges(edge), "is-passed", passed.has(edge));
        mark(edges(edge), "is-now", step.edge === edge);
        mark(edges(edge), "is-on-path", path !== null && path.along.has(edge));
      });
    });
    steps.forEach((element, i) => {
      element.classList.toggle("is-now", i === at);
    });
    document.body.classList.toggle("is-backward", step.kind === "seed" || step.kind === "pass");
    document.body.classList.toggle("has-path", path !== null);
    byId("at").value = String(at);
    byId("at").setAttribute("aria-valuetext", step.says);
    for (const [id, end] of [["first", 0], ["back", 0], ["next", last], ["last", last]]) {
      byId(id).setAttribute("aria-disabled", String(at === end));
    }
    chips.forEach((chip) => chip.setAttribute("aria-pressed", String(Number(chip.dataset.node) === chosen)));
    chains.forEach((chain) => { chain.hidden = Number(chain.dataset.chain) !== chosen; });
  }

  /* Scroll the picture, not the page, to the nodes of this step; to the last one if not all fit. */
  function follow() {
    const step = model.steps[at];
    const now = chosen !== null && !stepped ? [...pathOf(chosen).on, chosen] : [step.node, step.to];
    const box = document.querySelector(".graph .scrolls");
    if (box === null) return;
    const seen = now.flatMap((i) => nodes(i ?? -1)).filter((element) => box.contains(element));
    if (seen.length === 0) return;
    const frame = box.getBoundingClientRect();
    const parts = seen.map((element) => element.getBoundingClientRect());
    const off = (low, high) => {
      const start = Math.min(...parts.map((part) => part[low]));
      const end = Math.max(...parts.map((part) => part[high]));
      const [from, to] = end - start > frame[high] - frame[low] ? [parts.at(-1)[low], parts.at(-1)[high]] : [start, end];
      return (from + to - frame[low] - frame[high]) / 2;
    };
    box.scrollBy(off("left", "right"), off("top", "bottom"));
  }

  function go(to) {
    const target = Math.min(Math.max(to, 0), last);
    if (target === at) return;
    at = target;
    stepped = true;
    show();
    follow();
    byId("spoken").textContent = model.steps[at].says;
  }

  function choose(parameter) {
    chosen = chosen === parameter ? null : parameter;
    stepped = false;
    show();
    follow();
    for (const chain of chains) if (!chain.hidden) chain.scrollIntoView({ block: "nearest" });
    byId("spoken").textContent = chosen === null ? "No parameter chosen." : model.nodes[chosen].says;
  }

  byId("first").addEventListener("click", () => go(0));
  byId("back").addEventListener("click", () => go(at - 1));
  byId("next").addEventListener("click", () => go(at + 1));
  byId("last").addEventListener("click", () => go(last));
  byId("at").addEventListener("input", () => go(Number(byId("at").value)));
  chips.forEach((chip) => chip.addEventListener("click", () => choose(Number(chip.dataset.node))));
  for (const element of all(".picture [data-node]")) {
    const index = Number(element.dataset.node);
    if (chips.some((chip) => Number(chip.dataset.node) === index)) {
      element.classList.add("is-parameter");
      element.addEventListener("click", () => choose(index));
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape" && chosen !== null) choose(chosen);
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const scroller = event.target instanceof Element ? event.target.closest(".scrolls") : null;
    if (scroller !== null && scroller.scrollWidth > scroller.clientWidth) return;
    event.preventDefault();
    go(at + by);
  });

  document.documentElement.classList.add("js");
  show();

  /* Show the whole picture, however small, or a readable size. */
  const fit = byId("fit");
  if (fit !== null) {
    const picture = document.querySelector(".picture");
    const offer = () => {
      const larger = picture.scrollWidth > picture.clientWidth + 1 || picture.scrollHeight > picture.clientHeight + 1;
      fit.hidden = !larger && fit.getAttribute("aria-pressed") === "false";
    };
    fit.addEventListener("click", () => {
      fit.setAttribute("aria-pressed", String(picture.classList.toggle("fits")));
      follow();
    });
    window.addEventListener("resize", offer);
    offer();
  }
})();
