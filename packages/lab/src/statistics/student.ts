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

/**
 * The same for Student's t (the expansion of 26.7.5): within 0.5 % from 8 degrees of freedom on, for confidences
 * up to 0.999.
 */
export function studentQuantile(confidence: number, freedom: number): number {
  const z = normalQuantile(confidence);
  const z2 = z * z;
  const first = (z2 + 1) / 4;
  const second = ((5 * z2 + 16) * z2 + 3) / 96;
  const third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const fourth = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92_160;
  return z * (1 + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom);
}
