// Draws the trend lines anew, with what is told of a point that is pointed at. The page is whole
// without it: where this fails the server's drawing stays, and the table of the numbers opens.

const library = document.querySelector("script[data-library]").dataset.library;
const canvases = [...document.querySelectorAll("[data-series]")];
const table = document.getElementById("trend-table");
const months = [...table.tBodies[0].rows].map((row) => row.cells[0].textContent);
const places = new Map(
  [...table.tHead.rows[0].cells].map((cell, place) => [cell.dataset.key, place]),
);
const charts = new Map();

/** The column's numbers; null where nothing could be counted, which leaves a gap. */
function numbers(key) {
  return [...table.tBodies[0].rows].map((row) => {
    const told = row.cells[places.get(key)].dataset.value;
    return told === "" ? null : Number(told);
  });
}

/** What the style says, so that a chart is light and dark as the page is. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(name).trim();
  return { line: named("--fill"), soft: named("--soft"), grid: named("--rail"), sheet: named("--sheet") };
}

/** Some room around the line, but no share beyond the whole and nothing below nothing. */
function limits(unit, data) {
  const known = data.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const room = Math.max((most - least) / 10, unit === "%" ? 0.5 : most / 50);
  const whole = unit === "%" && most + room >= 100;
  return {
    ...(whole ? { max: 100 } : { suggestedMax: most + room }),
    ...(least - room <= 0 ? { min: 0 } : { suggestedMin: least - room }),
  };
}

function options(unit, data, { soft, grid }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const written = (value) => `${value.toLocaleString("en")}${unit === "%" ? " %" : ""}`;
  return {
    animation: still ? false : { duration: 300 },
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    plugins: {
      legend: { display: false },
      tooltip: { displayColors: false, callbacks: { label: (item) => written(item.parsed.y) } },
    },
    scales: {
      x: { grid: { display: false }, border: { color: grid }, ticks: { color: soft, maxRotation: 0, autoSkipPadding: 16 } },
      y: { ...limits(unit, data),  grid: { color: grid }, border: { display: false }, ticks: { color: soft, maxTicksLimit: 5, precision: unit === "" ? 0 : undefined, callback: written } },
    },
  };
}

function draw(box) {
  const shade = colours();
  charts.get(box)?.destroy();
  const canvas = box.querySelector("canvas") ?? box.appendChild(document.createElement("canvas"));
  const data = numbers(box.dataset.series);
  const dataset = {
    data,
    borderColor: shade.line,
    backgroundColor: shade.line,
    borderWidth: 2,
    pointRadius: data.map((_, place) => (place === data.length - 1 ? 4 : 2)),
    pointHoverRadius: 6,
    spanGaps: false,
    clip: false,
  };
  charts.set(box, new globalThis.Chart(canvas, {
    type: "line",
    data: { labels: months, datasets: [dataset] },
    options: options(box.dataset.unit, data, shade),
  }));
  box.dataset.drawn = "";
}

let loaded;

/** The library comes when somebody is about to see a chart: the page's first paint is without. */
async function show(box) {
  try {
    loaded ??= import(library);
    await loaded;
    globalThis.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    draw(box);
  } catch {
    table.closest("details").open = true;
  }
}

const watching = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      watching.unobserve(target);
      void show(target);
    }
  }
}, { rootMargin: "200px" });
canvases.forEach((box) => watching.observe(box));

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const box of charts.keys()) draw(box);
});

// On paper all definitions and the table are read; the charts are the server's.
const closed = [];
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not([open])")) {
    one.open = true;
    closed.push(one);
  }
});
addEventListener("afterprint", () => {
  for (const one of closed.splice(0)) one.open = false;
});
