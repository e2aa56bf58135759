"use strict";

// Script of the plan server's page: fetches the jobs once a second and draws the chosen one.

const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
let chosen = null;

async function call(path, body) {
  const options = body === undefined ? {} :
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) {
    const detail = answer.detail;
    throw new Error(typeof detail === "string" ? detail : detail.map((d) => d.msg).join(" "));
  }
  return answer;
}

const jobPath = (call, id) => call + "/" + encodeURIComponent(id);
const number = (value, digits) => value === null || value === undefined ? "" : value.toFixed(digits);
const percent = (share) => share === null ? "" : (-100 * share).toFixed(2) + " % energy";

function cell(row, text, isNumber) {
  const td = row.insertCell();
  td.textContent = text;
  if (isNumber) td.className = "number";
  return td;
}

function scheduleOf(job) {
  if (job.round === null) return "";
  const of = job.rounds === null ? "" : " of " + job.rounds;
  return (job.round + 1) + of + (job.last && job.last.name ? " (measured: " + job.last.name + ")" : "");
}

function stateOf(job, ranks, waiting) {
  if (job.state === "registering") return "registering: " + job.registered + " of " + ranks;
  if (job.state === "gone") return "gone: last call " + Math.round(job.silent_s) + " s ago";
  return job.state + waiting + (job.reports ? "" : ", reports nothing");
}

function showJobs(jobs) {
  byId("none").hidden = jobs.length > 0;
  const body = byId("jobs").tBodies[0];
  body.replaceChildren();
  for (const job of [...jobs].reverse()) {
    const row = body.insertRow();
    if (job.id === chosen) row.className = "chosen";
    const button = document.createElement("button");
    button.textContent = job.id;
    button.onclick = () => { chosen = job.id; refresh(); };
    cell(row, "").append(button);
    const waiting = job.state === "running" && job.waiting ? ", " + job.waiting + " waiting" : "";
    const ranks = job.pp * job.dp * job.tp;
    cell(row, stateOf(job, ranks, waiting) + (job.simulated ? ", simulated" : ""));
    cell(row, scheduleOf(job));
    cell(row, job.last ? number(job.last.time_s, 4) + " s" : "", true);
    cell(row, job.last ? number(job.last.energy_j, 1) + (job.simulated ? " J (simulated)" : " J") : "", true);
    cell(row, percent(job.reduction), true);
  }
}

function element(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  byId("chart").append(node);
  return node;
}

// Maps the range of the values, with a margin, to pixels from..to, and chooses ticks at round numbers.
function scale(values, from, to) {
  let low = Math.min(...values), high = Math.max(...values);
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1;
  low -= margin; high += margin;
  const at = (value) => from + (value - low) / (high - low) * (to - from);
  const rough = (high - low) / 6, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const ticks = [];
  for (let t = Math.ceil(low / step) * step; t <= high; t += step) ticks.push(t);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return { at, ticks, label: (t) => t.toFixed(digits) };
}

function draw(job) {
  byId("chart").replaceChildren();
  const line = job.frontier || [];
  const points = job.points;
  const times = line.map((p) => p[0]).concat(points.map((p) => p.time_s));
  const energies = line.map((p) => p[1]).concat(points.map((p) => p.energy_j));
  if (times.length === 0) {
    element("text", { x: 450, y: 210, "text-anchor": "middle" }, "Nothing measured yet.");
    return;
  }
  if (job.all_max) { times.push(job.all_max.time_seconds); energies.push(job.all_max.energy_joules); }
  const x = scale(times, 80, 880), y = scale(energies, 370, 15);
  for (const t of x.ticks) {
    element("line", { class: "grid", x1: x.at(t), x2: x.at(t), y1: 15, y2: 370 });
    element("text", { x: x.at(t), y: 388, "text-anchor": "middle" }, x.label(t));
  }
  for (const t of y.ticks) {
    element("line", { class: "grid", x1: 80, x2: 880, y1: y.at(t), y2: y.at(t) });
    element("text", { x: 74, y: y.at(t) + 4, "text-anchor": "end" }, y.label(t));
  }
  element("path", { class: "axis", fill: "none", d: "M80 15V370H880" });
  element("text", { x: 480, y: 410, "text-anchor": "middle" }, "iteration time (s)");
  element("text", { x: 84, y: 12 }, "iteration energy (J), all ranks" + (job.simulated ? ", simulated" : "")
    + (line.length && job.frontier_simulated ? "; frontier simulated" : ""));
  if (job.all_max) {
    const ax = x.at(job.all_max.time_seconds), ay = y.at(job.all_max.energy_joules);
    element("path", { class: "baseline", fill: "none", d: `M${ax} 370V${ay}H80` });
  }
  if (line.length) {
    const path = [...line].sort((a, b) => a[0] - b[0]).map((p) => x.at(p[0]) + " " + y.at(p[1]));
    element("path", { class: "frontier", d: "M" + path.join("L") });
  }
  points.forEach((p, i) => {
    const kind = i === points.length - 1 ? "now" : p.warmup ? "warmup" : "measured";
    const dot = element("circle", { class: kind, cx: x.at(p.time_s), cy: y.at(p.energy_j), r: kind === "now" ? 6 : 4 });
    const title = document.createElementNS(SVG, "title");
    title.textContent = `${p.number + 1}: ${p.name || ""} ${number(p.time_s, 4)} s, ${number(p.energy_j, 1)} J`;
    dot.append(title);
  });
}

function showJob(job) {
  byId("job").hidden = false;
  byId("title").textContent = job.id;
  const parts = [job.model_name, `pp ${job.pp} dp ${job.dp} tp ${job.tp}`];
  if (job.num_microbatches) parts.push(`${job.num_microbatches} microbatches of ${job.microbatch_size}`);
  parts.push("scheduler " + job.scheduler);
  if (job.reduction !== null) parts.push(percent(job.reduction) + " against all-max");
  byId("about").textContent = parts.filter((p) => p).join(" · ") + (job.failure ? " · " + job.failure : "");
  byId("simulated").hidden = !job.simulated;
  draw(job);
  byId("straggler").hidden = job.stragglers === null;
  if (job.stragglers !== null) {
    const select = byId("pipeline");
    while (select.options.length < job.dp) select.add(new Option(String(select.options.length)));
    while (select.options.length > job.dp) select.remove(select.options.length - 1);
    const known = Object.entries(job.stragglers).map(([p, d]) => `pipeline ${p}: ${d}`);
    byId("stragglers").textContent = known.length ? "Now: " + known.join(", ") : "No straggler now.";
  }
}

async function setStraggler(degree) {
  try {
    await call(jobPath("straggler", chosen), { pipeline: Number(byId("pipeline").value), degree });
    await refresh();
  } catch (e) {
    byId("error").textContent = e.message;
  }
}

async function refresh() {
  try {
    const jobs = await call("jobs");
    if (!jobs.some((job) => job.id === chosen)) chosen = jobs.length ? jobs[jobs.length - 1].id : null;
    showJobs(jobs);
    if (chosen === null) byId("job").hidden = true;
    else showJob(await call(jobPath("jobs", chosen)));
    byId("error").textContent = "";
  } catch (e) {
    byId("error").textContent = "The server does not answer: " + e.message;
  }
}

byId("straggler").onsubmit = (event) => { event.preventDefault(); setStraggler(Number(byId("degree").value)); };
byId("clear").onclick = () => setStraggler(1);
call("info").then((info) => {
  byId("server").textContent = `Scheduler ${info.scheduler} ${JSON.stringify(info.scheduler_args)}, mode ${info.mode}`
    + (info.dump_data ? `, dumps in ${info.dump_dir}` : ", no dumps");
}).catch(() => {});
(async function poll() {
  await refresh();
  setTimeout(poll, 1000);
})();
