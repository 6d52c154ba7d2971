// Moves the now line: the server prints its row and the instant of that row; a row is five minutes.
const UNIT = 5 * 60 * 1000;

function move(line) {
  const printed = [...line.classList].find((name) => /^r\d+$/.test(name));
  line.dataset.row ??= printed?.slice(1) ?? "0";
  const passed = Math.floor((Date.now() - Date.parse(line.dataset.now)) / UNIT);
  const row = Number(line.dataset.row) + Math.max(0, passed);
  const name = `r${row}`;
  if (name !== printed) line.classList.replace(printed, name);
  const body = line.parentElement;
  line.hidden = line.offsetTop > body.clientHeight;
}

const all = () => document.querySelectorAll(".now[data-now]").forEach(move);
setInterval(all, 30_000);
document.addEventListener("visibilitychange", all);
