/** Where an object's field is read or written: what V8 has an inline cache for. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly field: string;
  /** V8 has met so many hidden classes there that it looks the field up in its slow cache ever after. */
  readonly megamorphic: boolean;
  /** The hidden classes, by their constructors and the fields that were added last. */
  readonly classes: ReadonlySet<string>;
}

/** What V8 must be told to write such a log; sources come with the code. */
export function logFlags(file: string): string[] {
  return ['--log-ic', '--log-maps', '--log-code', `--logfile=${file}`, '--no-logfile-per-isolate'];
}

const MEGAMORPHIC = 'N';
/** No feedback is kept yet: the function has hardly run. */
const NO_FEEDBACK = 'X';
const FIELDS_SHOWN = 2;
/** Of a line of the log. */
const FIELDS_MAX = 12;

/** What a program's log says. */
export interface InlineCaches {
  /** By kind, line, column and field. */
  readonly places: ReadonlyMap<string, Place>;
  /** The modules in whose source that field stands on that line and column; none where V8 logged no source. */
  modulesOf(place: Place): string[];
}

/** Reads V8's log of a program that was started with `logFlags`. */
export function readLog(log: string): InlineCaches {
  const classes = new Map<
    string,
    { readonly from: string; readonly name: string; readonly first: boolean }
  >();
  const places = new Map<string, Place & { classes: Set<string>; megamorphic: boolean }>();
  const sources = new Map<string, string>();

  const nameOf = (address: string): string => {
    const fields: string[] = [];
    let at = address;
    for (let one = classes.get(at); one !== undefined; one = classes.get(at)) {
      if (one.first) return [one.name || 'Object', ...fields].join(' … ');
      if (fields.length < FIELDS_SHOWN) fields.unshift(one.name);
      at = one.from;
    }
    return ['?', ...fields].join(' … ');
  };

  for (const text of lines(log)) {
    const parts = text.split(',', FIELDS_MAX);
    const [event] = parts;
    if (event === 'script-source') {
      // script-source,id,module,source, whose own commas and line ends are escaped.
      sources.set(parts[2]!, parts[3] ?? '');
    } else if (event === 'map') {
      // map,how,time,from,to,address,line,column,reason,name
      const [, how, , from = '', to = ''] = parts;
      const name = withoutHash(parts.slice(9).join(','));
      if (how === 'Transition') classes.set(to, { from, name, first: false });
      else if (how === 'InitialMap') classes.set(to, { from, name, first: true });
      else if (from !== to && classes.has(from)) classes.set(to, classes.get(from)!);
    } else if (event?.endsWith('IC')) {
      // LoadIC,address,time,line,column,old,new,map,field,…
      const [, , , line = '', column = '', , state = '', map = '', name = ''] = parts;
      if (state === NO_FEEDBACK || (event.startsWith('Keyed') && !name.startsWith('symbol('))) continue;
      const field = withoutHash(name);
      const key = `${event} ${line}:${column} ${field}`;
      let place = places.get(key);
      if (!place) {
        place = { line: Number(line), column: Number(column), field, megamorphic: false, classes: new Set() };
        places.set(key, place);
      }
      if (state === MEGAMORPHIC) place.megamorphic = true;
      place.classes.add(nameOf(map));
    }
  }

  return {
    places,
    modulesOf: ({ line, column, field }) => {
      const name = /^symbol\("(.*)"\)$/.exec(field)?.[1] ?? field;
      const found: string[] = [];
      for (const [module, source] of sources) {
        const text = source.split('\\n')[line - 1] ?? '';
        // A read is where the field's name begins, or the `?.` before it; a write where its `=` stands.
        const after = text.slice(column - 1).replace(/^[?.]+/, '');
        const before = text.slice(0, column - 1).replace(/[\]\s]+$/, '');
        if (after.startsWith(name) || before.toLowerCase().endsWith(name.toLowerCase())) found.push(module);
      }
      return found;
    },
  };
}

/** Symbols are logged with a number that differs from run to run. */
function withoutHash(name: string): string {
  return name.replace(/ hash \w+/, '');
}

function* lines(log: string): Generator<string> {
  for (let from = 0; from < log.length; ) {
    const end = log.indexOf('\n', from);
    const to = end === -1 ? log.length : end;
    yield log.slice(from, to);
    from = to + 1;
  }
}
