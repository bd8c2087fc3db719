// The grid by arrow keys: from a box that leads somewhere to the next one in that direction. Without this file Tab does.
const table = document.querySelector(".sv-gridt");

function cellsOf(row) {
  return [...row.cells];
}

function next(cell, down, across) {
  const rows = [...table.tBodies[0].rows];
  let row = rows.indexOf(cell.parentElement);
  let column = cellsOf(cell.parentElement).indexOf(cell);
  for (;;) {
    row += down;
    column += across;
    const found = rows[row]?.cells[column];
    if (!found) return null;
    const link = found.querySelector("a");
    if (link) return link;
  }
}

const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

table?.addEventListener("keydown", (event) => {
  const cell = event.target.closest("td, th");
  const way = WAYS[event.key];
  if (!way || !cell || event.ctrlKey || event.metaKey || event.altKey) return;
  const link = next(cell, ...way);
  if (!link) return;
  event.preventDefault();
  link.focus();
});
