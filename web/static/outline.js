// The corners of one outline, with the way back. Coordinates are fractions of the picture.

const clamp = (value) => Math.min(1, Math.max(0, Math.round(value * 10000) / 10000));

export class Outline {
  constructor(corners, changed) {
    this.corners = corners.map(([x, y]) => [x, y]);
    this.past = [];
    this.changed = changed;
  }

  // Before anything that `undo` takes back as one.
  remember() {
    this.past.push(this.corners.map((corner) => [...corner]));
    if (this.past.length > 200) this.past.shift();
  }

  undo() {
    if (this.past.length) this.corners = this.past.pop();
    this.changed();
  }

  move(i, x, y) {
    this.corners[i] = [clamp(x), clamp(y)];
    this.changed();
  }

  remove(i) {
    this.remember();
    this.corners.splice(i, 1);
    this.changed();
  }

  clear() {
    this.remember();
    this.corners = [];
    this.changed();
  }

  // Where it lengthens the outline least; returns its number.
  add(x, y) {
    this.remember();
    const i = this.corners.length < 3 ? this.corners.length : this.nearestSide(x, y) + 1;
    this.corners.splice(i, 0, [clamp(x), clamp(y)]);
    this.changed();
    return i;
  }

  // Half way to the next.
  addAfter(i) {
    const [a, b] = [this.corners[i], this.corners[(i + 1) % this.corners.length]];
    this.remember();
    this.corners.splice(i + 1, 0, a ? [clamp((a[0] + b[0]) / 2 + (a === b ? 0.1 : 0)), clamp((a[1] + b[1]) / 2)] : [0.5, 0.5]);
    this.changed();
    return i + 1;
  }

  nearestSide(x, y) {
    const far = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
    const longer = this.corners.map((a, i) => {
      const b = this.corners[(i + 1) % this.corners.length];
      return far(a, [x, y]) + far([x, y], b) - far(a, b);
    });
    return longer.indexOf(Math.min(...longer));
  }
}
