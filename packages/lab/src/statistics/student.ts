/**
 * The value that a standard normal variable exceeds in either direction with a chance of 1 - `confidence`,
 * within 0.0005 (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23).
 * @param confidence from 0.5 to below 1
 */
export function normalQuantile(confidence: number): number {
  const t = Math.sqrt(-2 * Math.log((1 - confidence) / 2));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return t - above / below;
}

/** From here on the expansion is as good as the quantile of the normal distribution that it begins with. */
const EXPANSION_FROM = 30;
const HALVINGS = 60;

/**
 * The same for Student's t: within 0.05 % from one degree of freedom on, for confidences up to 0.999. Of few
 * degrees of freedom it is where the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4, reaches
 * `confidence`; of many, the expansion of 26.7.5.
 * @param freedom a whole number of at least 1
 */
export function studentQuantile(confidence: number, freedom: number): number {
  return freedom < EXPANSION_FROM ? fromSeries(confidence, freedom) : fromExpansion(confidence, freedom);
}

function fromSeries(confidence: number, freedom: number): number {
  // With the angle whose tangent is t / sqrt(freedom), the whole line becomes a quarter of a circle.
  let low = 0;
  let high = Math.PI / 2;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (shareWithin(middle, freedom) < confidence) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan((low + high) / 2);
}

/** The chance that Student's t lies within ± sqrt(freedom) times the tangent of `angle`. */
function shareWithin(angle: number, freedom: number): number {
  const odd = freedom % 2;
  const cosine = Math.cos(angle);
  let term = odd === 1 ? cosine : 1;
  let sum = 0;
  // The factors are 2/3, 4/5 … of odd degrees of freedom, 1/2, 3/4 … of even ones.
  for (let power = 2 + odd; power <= freedom; power += 2) {
    sum += term;
    term *= ((power - 1) / power) * cosine * cosine;
  }
  return odd === 1 ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

function fromExpansion(confidence: number, freedom: number): number {
  const z = normalQuantile(confidence);
  const z2 = z * z;
  const first = (z2 + 1) / 4;
  const second = ((5 * z2 + 16) * z2 + 3) / 96;
  const third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const fourth = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160;
  return z * (1 + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom);
}
