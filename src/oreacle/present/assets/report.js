(function () {
  "use strict";

  // Charts: drawn when they have a width, coloured from the style of the page.
  var drawn = {};
  var options = {
    responsive: true, displaylogo: false, modeBarButtons: [["toImage"]]
  };

  function tint() {
    var style = getComputedStyle(document.documentElement);
    var ink = style.getPropertyValue("--ink").trim();
    var card = style.getPropertyValue("--card").trim();
    var grid = style.getPropertyValue("--grid").trim();
    return { ink: ink, card: card, grid: grid };
  }

  function changes(layout) {
    var colour = tint();
    var out = {
      "font.color": colour.ink, "hoverlabel.bgcolor": colour.card,
      "hoverlabel.bordercolor": colour.grid, "hoverlabel.font.color": colour.ink
    };
    Object.keys(layout).forEach(function (key) {
      if (/^[xy]axis\d*$/.test(key)) {
        out[key + ".gridcolor"] = colour.grid;
        out[key + ".linecolor"] = colour.grid;
      }
    });
    return out;
  }

  // On a dark page a likely cell is the bright one.
  function paint(target) {
    var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    var maps = [];
    target.data.forEach(function (trace, at) { if (trace.type === "heatmap") { maps.push(at); } });
    return Plotly.relayout(target, changes(target.layout)).then(function () {
      return maps.length ? Plotly.restyle(target, { reversescale: dark }, maps) : target;
    });
  }

  function draw(source) {
    var id = source.dataset.chart;
    var target = document.getElementById(id);
    if (drawn[id] || !target.clientWidth) { return; }
    drawn[id] = true;
    var figure = JSON.parse(source.textContent);
    Plotly.newPlot(target, figure.data, figure.layout, options).then(paint);
  }

  function drawAll() {
    if (!window.Plotly) { return; }
    document.querySelectorAll("script[data-chart]").forEach(draw);
  }

  function recolour() {
    Object.keys(drawn).forEach(function (id) {
      paint(document.getElementById(id));
    });
  }

  // Tables: a click on a heading sorts; what is not known stays at the end.
  function value(row, column) {
    var cell = row.cells[column];
    if (cell.dataset.order === undefined) { return cell.textContent.trim(); }
    return cell.dataset.order === "" ? null : Number(cell.dataset.order);
  }

  function compare(a, b) {
    return typeof a === "string" ? a.localeCompare(b) : a - b;
  }

  function sort(heading) {
    var row = heading.parentNode;
    var column = Array.prototype.indexOf.call(row.children, heading);
    var body = heading.closest("table").tBodies[0];
    var number = heading.classList.contains("number");
    var before = heading.getAttribute("aria-sort");
    var up = before === "none" ? !number : before === "descending";
    Array.prototype.forEach.call(row.children, function (other) {
      other.setAttribute("aria-sort", "none");
    });
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    Array.prototype.slice.call(body.rows).map(function (line) {
      return { line: line, value: value(line, column) };
    }).sort(function (a, b) {
      if (a.value === null || b.value === null) { return (a.value === null) - (b.value === null); }
      return (up ? 1 : -1) * compare(a.value, b.value);
    }).forEach(function (item) { body.appendChild(item.line); });
  }

  document.querySelectorAll("thead th").forEach(function (heading) {
    heading.querySelector("button").addEventListener("click", function () { sort(heading); });
  });
  document.querySelectorAll("details").forEach(function (part) {
    part.addEventListener("toggle", drawAll);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  drawAll();
})();
