/** What the pages use of packages that come without types. */
declare module 'pg-cursor' {
  import type { Connection, Submittable } from 'pg';

  export default class Cursor<Row = Record<string, string | null>> implements Submittable {
    constructor(text: string, values?: unknown[]);
    submit(connection: Connection): void;
    read(rows_max: number): Promise<Row[]>;
    close(): Promise<void>;
  }
}

declare module 'express' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Request extends IncomingMessage {
    readonly params: Readonly<Record<string, string>>;
  }
  interface Response extends ServerResponse {
    json(body: unknown): void;
  }
  type Handler = (request: Request, response: Response) => Promise<void>;
  interface App {
    (request: IncomingMessage, response: ServerResponse): void;
    get(route: string, handler: Handler): void;
  }
  export default function express(): App;
}
