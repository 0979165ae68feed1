// @ts-check
/** Draws eighteen digits: as a QR code of the smallest version, and as a Code 128 barcode. */

const side = 21;
const dataCodewords = 16;
const checkCodewords = 10;
/** Level M, mask 0: what the fifteen bits of format say. */
const format = 0x5412;
const space = "http://www.w3.org/2000/svg";

/** The widths of bars and gaps of each Code 128 symbol; 105 starts code set C, 106 stops. */
const widths = (
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
  + "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
  + "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
  + "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
  + "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
  + "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
  + "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split(" ");

/** @param {number} a @param {number} b multiplied in the field of QR codes */
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> bit) & 1) * a;
  }
  return product;
}

/** @param {number[]} data the codewords that let a reader mend what it misread */
function check(data) {
  let generator = [1];
  let root = 1;
  for (let index = 0; index < checkCodewords; index += 1) {
    const next = [...generator, 0];
    generator.forEach((factor, place) => { next[place + 1] ^= times(factor, root); });
    generator = next;
    root = times(root, 2);
  }
  const rest = [...data, ...new Array(checkCodewords).fill(0)];
  data.forEach((_, place) => {
    const factor = rest[place];
    generator.forEach((one, offset) => { rest[place + offset] ^= times(one, factor); });
  });
  return rest.slice(data.length);
}

/** @param {string} digits as codewords, those for mending included */
function encode(digits) {
  let bits = "0001" + digits.length.toString(2).padStart(10, "0");
  for (let place = 0; place < digits.length; place += 3) {
    bits += Number(digits.slice(place, place + 3)).toString(2).padStart(10, "0");
  }
  bits += "0000";
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const data = [];
  for (let place = 0; place < bits.length; place += 8) data.push(parseInt(bits.slice(place, place + 8), 2));
  for (let filler = 0; data.length < dataCodewords; filler += 1) data.push(filler % 2 ? 0x11 : 0xec);
  return [...data, ...check(data)];
}

/** @returns {(boolean | null)[][]} what is the same in every code; null where data goes */
function frame() {
  const cells = Array.from({ length: side }, () => /** @type {(boolean | null)[]} */ (new Array(side).fill(null)));
  for (const [top, left] of [[0, 0], [0, side - 7], [side - 7, 0]]) {
    for (let row = -1; row <= 7; row += 1) {
      for (let column = -1; column <= 7; column += 1) {
        if (cells[top + row]?.[left + column] === undefined) continue;
        const ring = Math.max(Math.abs(row - 3), Math.abs(column - 3));
        cells[top + row][left + column] = ring !== 2 && ring !== 4;
      }
    }
  }
  for (let place = 8; place < side - 8; place += 1) {
    cells[6][place] = place % 2 === 0;
    cells[place][6] = place % 2 === 0;
  }
  for (let bit = 0; bit < 15; bit += 1) {
    const isDark = ((format >> bit) & 1) === 1;
    cells[bit < 6 ? bit : bit < 8 ? bit + 1 : side - 15 + bit][8] = isDark;
    cells[8][bit < 8 ? side - bit - 1 : bit < 9 ? 15 - bit : 14 - bit] = isDark;
  }
  cells[side - 8][8] = true;
  return cells;
}

/** @param {string} digits the QR code as rows of dark and light */
export function square(digits) {
  const cells = frame();
  const bits = encode(digits).map((one) => one.toString(2).padStart(8, "0")).join("");
  let next = 0;
  let isUpward = true;
  for (let right = side - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < side; step += 1) {
      const row = isUpward ? side - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (cells[row][column] !== null) continue;
        cells[row][column] = (bits[next] === "1") !== ((row + column) % 2 === 0);
        next += 1;
      }
    }
    isUpward = !isUpward;
  }
  return cells;
}

/** @param {string} digits an even number of them; the widths of bars and gaps in turn */
export function bars(digits) {
  const symbols = [105];
  for (let place = 0; place < digits.length; place += 2) symbols.push(Number(digits.slice(place, place + 2)));
  const sum = symbols.reduce((total, symbol, place) => total + symbol * Math.max(place, 1), 0);
  return [...symbols, sum % 103, 106].map((symbol) => widths[symbol]).join("");
}

/** @param {Element} place @param {number} width @param {number} height @param {string} path */
function draw(place, width, height, path) {
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("shape-rendering", "crispEdges");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  picture.append(shape);
  place.replaceChildren(picture);
}

/** @param {Element} place @param {string} digits */
export function drawSquare(place, digits) {
  const path = square(digits).flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")));
  draw(place, side, side, path.join(""));
}

/** @param {Element} place @param {string} digits */
export function drawBars(place, digits) {
  let x = 0;
  let path = "";
  [...bars(digits)].forEach((width, index) => {
    if (index % 2 === 0) path += `M${x} 0h${width}v1h-${width}z`;
    x += Number(width);
  });
  draw(place, x, 1, path);
}
