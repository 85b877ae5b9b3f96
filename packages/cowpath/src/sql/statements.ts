import { analyse } from './analyse.ts';
import { GenerationMap } from './generation-map.ts';
import type { Lexed, LexOptions } from './lexed.ts';
import { lex } from './literals.ts';
import { type Shape, shapeOf } from './shape.ts';
import type { StatementAnalysis } from './statement.ts';

/** Texts whose reading is kept. Programs that bind parameters have few; those that inline literals have no use for it. */
const TEXTS_MAX = 2_000;
/** Characters of a text that is kept; with `TEXTS_MAX` this bounds the memory to some 40 MB at worst. */
export const TEXT_KEPT_CHARACTERS_MAX = 8_192;
/** Shapes kept with their analyses. */
export const SHAPES_MAX = 2_000;
/** Characters of all keys of kept shapes; a shape and its analysis take some ten times as many bytes. */
const SHAPE_KEY_CHARACTERS_MAX = 4_000_000;

/** A statement text that was read. */
export interface Statement {
  readonly text: string;
  readonly lexed: Lexed;
  /** The same object for all texts of the shape, as long as the shape is kept. */
  readonly shape: Shape;
}

/** Reads statement texts, and keeps what it found of recent texts and shapes. */
export class StatementCache {
  private readonly texts = new GenerationMap<string, Statement>(TEXTS_MAX, Number.POSITIVE_INFINITY);
  private readonly shapes = new GenerationMap<string, Shape>(SHAPES_MAX, SHAPE_KEY_CHARACTERS_MAX);
  private readonly analyses = new WeakMap<Shape, StatementAnalysis>();

  /** Never throws. The values stay in `text`, where the program has them anyway; the shape holds none. */
  read(text: string, options: LexOptions = {}): Statement {
    // A text means something else when backslashes escape: such sessions are rare, and not served from here.
    const keep = text.length <= TEXT_KEPT_CHARACTERS_MAX && options.backslashQuotes !== true;
    const known = keep ? this.texts.get(text) : undefined;
    if (known) return known;
    const lexed = lex(text, options);
    let shape = this.shapes.get(lexed.key);
    if (!shape) {
      shape = shapeOf(lexed);
      this.shapes.set(lexed.key, shape, lexed.key.length);
    }
    const statement: Statement = { text, lexed, shape };
    if (keep) this.texts.set(text, statement, text.length);
    return statement;
  }

  /** The analysis of a shape, made on first use. Needs the parser: `await loadParser()` before. */
  analysisOf(shape: Shape): StatementAnalysis {
    let analysis = this.analyses.get(shape);
    if (!analysis) {
      analysis = analyse(shape);
      this.analyses.set(shape, analysis);
    }
    return analysis;
  }
}
