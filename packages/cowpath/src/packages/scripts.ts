import type { Debugger, InspectorNotification } from 'node:inspector';

/**
 * Whether any script that V8 holds is of such a file, ECMAScript modules included, which Node announces nowhere.
 * Takes tens of milliseconds; false where Node was built without its inspector.
 */
export function scriptsOf(matches: (file: string) => boolean): boolean {
  let found = false;
  try {
    const { Session } = process.getBuiltinModule('node:inspector');
    const session = new Session();
    session.connect();
    session.on(
      'Debugger.scriptParsed',
      ({ params }: InspectorNotification<Debugger.ScriptParsedEventDataType>) => {
        found ||= matches(params.url);
      },
    );
    // All scripts are told of before `post` returns.
    session.post('Debugger.enable');
    session.disconnect();
  } catch {
    // Nothing can be told then.
  }
  return found;
}
