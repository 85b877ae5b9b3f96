/** The longest key, in bytes after URL decoding. */
export const KEY_BYTES_MAX = 65_535;

/** The largest value, in bytes (8 MiB). Above it a PUT is answered 413. */
export const VALUE_BYTES_MAX: number = 8 * 1024 * 1024;

/**
 * The most header bytes that a request may carry. A percent-encoded key takes three characters a byte
 * and a range names two keys, so the longest legal request line needs 6 × 65,535 characters.
 */
export const HEADER_BYTES_MAX: number = 6 * KEY_BYTES_MAX + 16 * 1024;
