// Draws the figures of a page or notebook: each when it is scrolled to, all of them for print, light on paper, otherwise as the reader's
// colour scheme is. A figure announces itself by EmbedKitFigures.push([id, {data, layout, config}]), before or after this script has come.
(function () {
  "use strict";
  if (window.EmbedKitFigures && window.EmbedKitFigures.draw) { return; }
  var darkColours = {/*dark colours*/};
  var scheme = window.matchMedia("(prefers-color-scheme: dark)");
  var media = window.matchMedia("print");
  var figures = new Map();
  var paper = false;
  var shownDark = isDark();

  function isDark() {
    var jupyter = document.body && document.body.getAttribute("data-jp-theme-light");
    var code = document.body && /vscode-(dark|light|high-contrast)/.exec(document.body.className);
    return jupyter ? jupyter === "false" : code ? code[1] !== "light" : scheme.matches;
  }

  // plotly.js writes into what it is given, so each drawing gets a copy. Colours of others' figures are left as they are.
  function copy(spec) {
    var ours = spec.layout && spec.layout.meta && spec.layout.meta.provenance;
    var recolour = ours && !paper && isDark();
    var figure = JSON.parse(JSON.stringify(spec), function (key, value) {
      return recolour && typeof value === "string"
        ? value.replace(/#[0-9a-f]{6}\b/gi, function (c) { return darkColours[c.toUpperCase()] || c; }) : value;
    });
    // plotly.js links its own site from the figure unless told otherwise.
    figure.config = Object.assign({ responsive: true }, figure.config, { displaylogo: false });
    return figure;
  }

  // The style sheet says how wide a figure is drawn for print (pixels); a figure beside another is lower as well, but panels keep room for
  // their headings.
  function fitPaper(div, layout) {
    var width = parseInt(getComputedStyle(div).getPropertyValue("--paper-width"), 10) || 670;
    if (width < 600) { layout.height = Math.min(layout.height, Math.max(340, Math.round(layout.height * (layout.annotations ? 0.85 : 0.7)))); }
    layout.width = width;
    layout.autosize = false;
    div.style.minHeight = "0";
  }

  // On a phone the picture button would lie on the heading, and a long title below an axis or a long name in the legend would leave the page: they
  // go on in a second line.
  function fitPhone(figure) {
    figure.config.displayModeBar = false;
    figure.data.forEach(function (trace) {
      if (trace.name && trace.name.length > 40) { trace.name = trace.name.replace(/, /, ",<br>"); }
    });
    Object.keys(figure.layout).forEach(function (key) {
      var title = /^xaxis/.test(key) && figure.layout[key].title;
      if (title && title.text && title.text.length > 26) { title.text = title.text.replace(/, (?!.*, )/, ",<br>"); }
    });
  }

  function draw(div) {
    var figure = copy(figures.get(div).spec);
    if (paper) { fitPaper(div, figure.layout); } else if (div.clientWidth < 480) { fitPhone(figure); }
    if (figures.get(div).drawn) {
      window.Plotly.react(div, figure.data, figure.layout, figure.config);
    } else {
      figures.get(div).drawn = true;
      seen.unobserve(div);
      div.textContent = "";
      window.Plotly.newPlot(div, figure.data, figure.layout, figure.config);
    }
    // Lets the style sheet shrink a drawing that is wider than the paper.
    if (paper) {
      div.querySelectorAll("svg.main-svg").forEach(function (svg) {
        svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height"));
      });
    } else {
      div.querySelectorAll("svg.main-svg[viewBox]").forEach(function (svg) { svg.removeAttribute("viewBox"); });
    }
  }

  function drawAll(onlyDrawn) {
    figures.forEach(function (figure, div) {
      if (!div.isConnected) { figures.delete(div); } else if (figure.drawn || !onlyDrawn) { draw(div); }
    });
  }

  function print(begins) {
    if (paper !== begins) {
      paper = begins;
      drawAll(!begins);
    }
  }

  function follow() {
    if (isDark() !== shownDark) {
      shownDark = isDark();
      drawAll(true);
    }
  }

  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting && figures.has(entry.target)) { draw(entry.target); } });
  }, { rootMargin: "500px 0px" });

  // Jupyter may run a figure's script before it has put the element into the page.
  function push(figure, tries) {
    var div = document.getElementById(figure[0]);
    if (div) {
      figures.set(div, { spec: figure[1], drawn: false });
      div.textContent = "";
      if (paper) { draw(div); } else { seen.observe(div); }
    } else if ((tries || 0) < 50) {
      window.setTimeout(function () { push(figure, (tries || 0) + 1); }, 100);
    }
  }

  function begin() {
    var waiting = window.EmbedKitFigures || [];
    window.EmbedKitFigures = { push: push, draw: function () { drawAll(false); } };
    waiting.forEach(function (figure) { push(figure); });
    shownDark = isDark();
    scheme.addEventListener("change", follow);
    new MutationObserver(follow).observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light"] });
    window.addEventListener("beforeprint", function () { print(true); });
    window.addEventListener("afterprint", function () { print(false); });
    media.addEventListener("change", function (event) { print(event.matches); });
    if (media.matches) { print(true); }
  }

  if (document.body) { begin(); } else { document.addEventListener("DOMContentLoaded", begin); }
})();
